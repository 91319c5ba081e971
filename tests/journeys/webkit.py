"""A browser with Safari's engine, on a screen nobody sees."""

import os
import subprocess
from contextlib import contextmanager

from selenium import webdriver
from selenium.webdriver.webkitgtk.service import Service

# It draws without a graphics card, and as root in a container.
SURROUNDINGS = {
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "LIBGL_ALWAYS_SOFTWARE": "1",
}


@contextmanager
def webkit_on(driver: str, browser: str, screen: str):
    """A WebKit to be driven, for as long as the block lasts."""
    with _screen(screen) as display:
        options = webdriver.WebKitGTKOptions()
        options.binary_location = browser
        options.add_argument("--automation")
        service = Service(driver, env={**os.environ, **SURROUNDINGS, "DISPLAY": display})
        opened = webdriver.WebKitGTK(options=options, service=service)
        try:
            yield opened
        finally:
            opened.quit()


@contextmanager
def _screen(program: str):
    """A display on the first free number, which Xvfb itself finds and tells."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)
