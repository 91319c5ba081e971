"""The browsers for the journeys: finds a Chromium, or installs one, and makes sure that it starts.

    python tools/browser.py          install what is missing (as root: Debian's packages, else Playwright's own download)

Tests ask `chromium()` for its path; None means the one that Playwright downloaded.  A WebKit, Safari's engine, comes only
from Debian's packages: ask `webkit()`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PACKAGES = ["chromium", "fonts-noto-cjk", "fonts-noto-color-emoji", "webkit2gtk-driver", "xvfb"]
# Without a network of its own it would look up its maker's servers at each start.
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


class NoBrowser(Exception):
    """No way to a Chromium; the text says what was tried."""


def chromium() -> str | None:
    """Where the machine's Chromium is, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


def webkit() -> tuple[str, str, str] | None:
    """The programs a WebKit needs: its driver, its browser and a screen to draw on; or None."""
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    found = shutil.which("WebKitWebDriver"), str(browsers[-1]) if browsers else None, shutil.which("Xvfb")
    return found if all(found) else None


def install() -> str:
    """The path of a Chromium that starts; brings one if there is none, and fonts for Chinese and emoji."""
    told = apt_install() if os.geteuid() == 0 and shutil.which("apt-get") else ""
    path = chromium() or playwrights_own() or playwright_install(told)
    fault = fault_of(path)
    if fault:
        raise NoBrowser(f"{path} does not start: {fault}")
    return path


def apt_install() -> str:
    """Debian's packages, as far as they are missing.  Returns what went wrong."""
    missing = [name for name in PACKAGES if not is_there(name)]
    if not missing:
        return ""
    say(f"Installing {', '.join(missing)} (about half a minute)")
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        done = run(["apt-get", "--quiet", *command], environment={"DEBIAN_FRONTEND": "noninteractive"})
        if done.returncode != 0:
            print(f"  `apt-get {command[0]}` failed: {last_words(done)}", flush=True)
            return f"`apt-get {command[0]}` failed. "
    return ""


def is_there(package: str) -> bool:
    if package == "chromium" and chromium():
        return True
    return run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]).stdout == "installed"


def playwright_install(told: str) -> str:
    say("Downloading Chromium for Playwright (a few minutes)")
    done = run([sys.executable, "-m", "playwright", "install", "chromium"])
    path = playwrights_own()
    if done.returncode != 0 or path is None:
        raise NoBrowser(f"{told}`playwright install chromium` failed: {last_words(done)}")
    return path


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def fault_of(path: str) -> str | None:
    with tempfile.TemporaryDirectory() as profile:
        try:
            done = run([path, "--headless", *QUIET, f"--user-data-dir={profile}", "--dump-dom", "about:blank"], seconds=60)
        except (OSError, subprocess.TimeoutExpired) as problem:
            return str(problem)
    return None if "<html" in done.stdout else last_words(done)


def run(command: list[str], seconds: float | None = None, environment: dict | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=os.environ | (environment or {}))


def last_words(done: subprocess.CompletedProcess) -> str:
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])


def say(text: str) -> None:
    print(f"· {text} …", flush=True)


if __name__ == "__main__":
    try:
        say(f"Using {install()} for the journeys")
    except NoBrowser as reason:
        sys.exit(
            f"\nThe journeys need a Chromium, and there is none. {reason}\n"
            "Install one yourself (Debian: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji), name it with "
            "CHROMIUM=/path/to/chromium, or run everything else with `make test-unit`."
        )
