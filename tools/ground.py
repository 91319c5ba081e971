"""Everything that must be there before Laike can run: environment, packages, translations, front end.

    python3 tools/ground.py          what `make run` needs
    python3 tools/ground.py test     also what `make test`, `make lint` and `make bench` need

Uses nothing but Python's own library, does only what changed, and may be killed at any point: a step counts as done
when its stamp says so, and the stamp is written last.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
TRANSLATIONS = ROOT / "translations"


class Halt(Exception):
    """We cannot go on; the text says why and what to do."""


REASONS = [
    (
        r"No space left on device|ENOSPC",
        "The disk is full. Make room and run the same command again.",
    ),
    (
        r"Read-only file system|EROFS|Permission denied|EACCES",
        "Something in this folder may not be written (see above). Was it made by another account, root perhaps? "
        "Take it over (chown -R), or work in a copy of the folder.",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A package differs from the one that was locked. Clear the cache (`pip cache purge`, `npm cache clean --force`) and "
        "try again; if it stays so, do not install it: someone may have tampered with it.",
    ),
    (
        r"SELF_SIGNED_CERT|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_GET_ISSUER",
        "The package registry's certificate is not trusted here. If a proxy of your company signs it, name its certificate "
        "(PIP_CERT=/path/to/ca.pem NODE_EXTRA_CA_CERTS=/path/to/ca.pem) and run the same command again.",
    ),
    (
        r"EUSAGE",
        "frontend/package-lock.json does not fit frontend/package.json. Whoever changed one forgot the other: run "
        "`npm install` in frontend/ and keep both.",
    ),
    (
        r"name resolution|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|NewConnectionError|Max retries"
        r"|ENETUNREACH|Network is unreachable|[Tt]imed out|ProxyError|SSLError",
        "The package registry could not be reached. Check the network, or name a mirror or proxy "
        "(PIP_INDEX_URL, npm_config_registry, HTTPS_PROXY), and run the same command again: what is done stays done.",
    ),
    (
        r"No matching distribution found|EBADENGINE|EBADPLATFORM",
        "A package has no version for this machine. Laike runs on Linux (x86_64, aarch64; glibc 2.28 or newer) and macOS "
        "with Python 3.11 to 3.14. Choose another Python: make run PYTHON=python3.13",
    ),
    (
        r"gcc|compiler|Failed building wheel|Failed to build",
        "A package had to be compiled here, and that failed. Packages come ready-made for Python 3.11 to 3.14 on Linux and "
        "macOS: choose such a Python (make run PYTHON=python3.13), or install a compiler "
        "(Debian: apt-get install build-essential python3-dev).",
    ),
]


def main(purpose: str = "run") -> None:
    must_be_writable()
    with alone():
        environment()
        packages("requirements.txt")
        if purpose == "test":
            packages("requirements-dev.txt")
        translations()
        frontend_packages()
        frontend_build()


def must_be_writable() -> None:
    if not os.access(ROOT, os.W_OK):
        raise Halt(
            f"The folder {ROOT} cannot be written, and packages and data go into it. "
            "Copy it to a place of your own (cp -r) and run the command there."
        )


@contextmanager
def alone():
    """One set-up at a time; two would tear each other's files."""
    with open(ROOT / ".ground.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work in this folder; waiting for it to finish")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def environment() -> None:
    if is_sound(VENV):
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Halt(
            f"{sys.executable} cannot make virtual environments: its module ensurepip is missing. "
            f"Debian and Ubuntu keep it in a package of its own: apt-get install python{version}-venv"
        ) from None
    say("Making a virtual environment in .venv")
    execute([sys.executable, "-m", "venv", "--clear", VENV])


def is_sound(venv: Path) -> bool:
    """Whether the environment is complete, of this place, and its Python still there and new enough."""
    if unfinished_packages().exists():
        return False
    question = "import sys, pip; print(sys.version_info >= (3, 11), sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, env=clean_environment())
    except OSError:
        return False
    return answer.stdout.strip() == f"True {venv}"


def packages(lock: str) -> None:
    with unless_done(VENV / f".{lock}", [ROOT / lock], PYTHON.resolve()) as to_do:
        if to_do:
            say(f"Installing the Python packages of {lock} (the first time: a minute or two)")
            with marked_unfinished():
                execute([PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
                         "--require-hashes", "-r", ROOT / lock])  # fmt: skip


@contextmanager
def marked_unfinished():
    """A pip that is killed leaves packages which no later pip can repair; one that fails tidies up after itself."""
    unfinished_packages().touch()
    try:
        yield
    except Halt:
        unfinished_packages().unlink()
        raise
    unfinished_packages().unlink()


def unfinished_packages() -> Path:
    return VENV / ".unfinished"


def translations() -> None:
    catalogues = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    made = [path.with_suffix(".mo") for path in catalogues]
    with unless_done(TRANSLATIONS / ".compiled", [ROOT / "tools" / "translations.py", *catalogues], needs=made) as to_do:
        if to_do:
            say("Compiling the translations")
            execute([PYTHON, ROOT / "tools" / "translations.py", "compile"])


def frontend_packages() -> None:
    modules, lock = FRONTEND / "node_modules", FRONTEND / "package-lock.json"
    with unless_done(modules / ".complete", [lock, FRONTEND / "package.json"]) as to_do:
        if to_do:
            say("Installing the front-end packages (the first time: half a minute)")
            execute(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retry-mintimeout=1000",
                     "--fetch-retry-maxtimeout=5000"], cwd=FRONTEND)  # fmt: skip


def frontend_build() -> None:
    with unless_done(FRONTEND / "dist" / ".complete", frontend_sources()) as to_do:
        if to_do:
            say("Building the front end")
            execute(["npm", "run", "build"], cwd=FRONTEND)


def frontend_sources() -> list[Path]:
    made = {FRONTEND / "node_modules", FRONTEND / "dist"}
    return sorted(
        path
        for path in FRONTEND.rglob("*")
        if path.is_file() and not path.name.startswith(".") and made.isdisjoint(path.parents)
    )


@contextmanager
def unless_done(stamp: Path, sources: Iterable[Path], *facts, needs: Iterable[Path] = ()):
    """Yields whether there is something to do; writes the stamp when it was done without a failure."""
    current = fingerprint(sources, *facts)
    done = stamp.exists() and stamp.read_text() == current and all(path.exists() for path in needs)
    if not done:
        stamp.unlink(missing_ok=True)
    yield not done
    if not done:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(current)


def fingerprint(sources: Iterable[Path], *facts) -> str:
    digest = hashlib.sha256(repr(facts).encode())
    for path in sources:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def execute(command: list, cwd: Path = ROOT) -> None:
    program = shutil.which(str(command[0]), path=clean_environment()["PATH"])
    finished = subprocess.run(
        [program, *command[1:]], cwd=cwd, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if finished.returncode != 0:
        print(shortened(finished.stdout), file=sys.stderr)
        raise Halt(explain(finished.stdout) or f"This failed (see above): {' '.join(map(str, command))}")


def shortened(output: str) -> str:
    lines = output.splitlines()
    return "\n".join(lines if len(lines) <= 40 else [*lines[:20], "…", *lines[-20:]])


def explain(output: str) -> str | None:
    return next((sentence for pattern, sentence in REASONS if re.search(pattern, output)), None)


def clean_environment() -> dict[str, str]:
    """Ours, with the environment's own programs first: Node comes from there too, never from the machine."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "NODE_ENV")
    }
    # The wheel's Node knows only its own certificates, which a company's proxy may not be among.
    return kept | {"PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}", "NODE_USE_SYSTEM_CA": "1"}


def say(text: str) -> None:
    print(f"· {text} …", flush=True)


def guarded(work: Callable[..., None], *arguments: str) -> int:
    try:
        work(*arguments)
        return 0
    except Halt as halt:
        print(f"\nThis is as far as it goes: {halt}", file=sys.stderr)
    except OSError as problem:
        print(f"\nThis is as far as it goes: {explain(str(problem)) or problem} ({problem})", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(guarded(main, *sys.argv[1:]))
