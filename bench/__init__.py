"""Measures the live process, provisioning and migrations beside what one would take instead: `python -m bench`."""
