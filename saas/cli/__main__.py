from saas.cli import cli

cli(prog_name="python -m saas.cli")
