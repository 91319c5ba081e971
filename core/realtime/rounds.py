"""What a live process does over and over: looks for lost pushes, ended sessions, presence."""

import logging
import random
from collections.abc import Callable

from flask import Flask

from core.realtime import green

log = logging.getLogger(__name__)


class Rounds:
    """Functions called every so many seconds, each in a greenlet of its own, inside the app's context."""

    def __init__(self, app: Flask):
        self._app = app
        self._functions: list[tuple[float, Callable]] = []
        self._running = False

    def every(self, seconds: float, function: Callable) -> None:
        self._functions.append((seconds, function))
        if self._running:
            green.spawn(self._go_round, seconds, function)

    def start(self) -> None:
        self._running = True
        for seconds, function in self._functions:
            green.spawn(self._go_round, seconds, function)

    def stop(self) -> None:
        self._running = False

    def once(self, function: Callable) -> None:
        try:
            with self._app.app_context():
                function()
        except Exception as error:
            log.warning("round failed function=%s error=%r", function.__qualname__, error)

    def _go_round(self, seconds: float, function: Callable) -> None:
        # Processes that started together must not ask the database together.
        green.sleep(random.uniform(0, seconds))  # noqa: S311
        while self._running:
            self.once(function)
            self._rest(seconds)

    def _rest(self, seconds: float) -> None:
        # What another greenlet did to a connection may surface here, and must not end the rounds.
        try:
            green.sleep(seconds)
        except Exception as error:
            log.warning("rest disturbed error=%r", error)
