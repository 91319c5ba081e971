"""Writes requirements.txt and requirements-dev.txt: versions and hashes, and nothing about the machine that wrote them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ["--quiet", "--upgrade", "--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-emit-index-url",
           "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options", "--no-annotate"]  # fmt: skip


def lock(name: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "piptools", "compile", *OPTIONS, "--output-file", f"{name}.txt", f"{name}.in"],
        cwd=ROOT,
        env=os.environ | {"CUSTOM_COMPILE_COMMAND": "make lock"},
        check=True,
    )
    refuse_addresses((ROOT / f"{name}.txt").read_text())


def refuse_addresses(text: str) -> None:
    odd = [line for line in text.splitlines() if "://" in line or line.startswith("-") or " @ " in line]
    if odd:
        sys.exit("The lock would name a machine:\n" + "\n".join(odd))


if __name__ == "__main__":
    lock("requirements")
    lock("requirements-dev")
