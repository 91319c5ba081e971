"""The packages of the product, as pyproject.toml draws the arrows between them: a new one is looked at the moment it exists."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
