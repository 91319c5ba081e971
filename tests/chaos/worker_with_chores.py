"""`python -m chaos.worker_with_chores worker.py jobs` runs the product's worker with the chores among its jobs."""

import runpy
import sys

from chaos import chores  # noqa: F401

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
