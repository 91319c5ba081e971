"""Imports point downwards only: pyproject.toml draws the arrows."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_point_downwards_only(capsys):
    status = lint_imports(no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
