"""Notices when something computes or blocks for so long that nobody is served, and says where.

It runs in a native thread.  A process that stays stuck is ended: its supervisor starts another, browsers reconnect, and
nothing acknowledged is lost, which is better than sockets that look open and answer nobody.
"""

import logging
import os
import sys
import time
import traceback

from core.realtime import green

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
WARN_AFTER_TICKS = 3
END_AFTER_TICKS = 30
STUCK_EXIT_CODE = 70


class Watchdog:
    """Counts its own ticks during which the loop did not turn.  (Ticks, not time: a suspended machine is not stuck.)"""

    def __init__(self):
        self._turns, self._latest = 0, 0.0

    def start(self) -> None:
        from eventlet import patcher

        threading, self._time = patcher.original("threading"), patcher.original("time")
        self._main_thread = threading.get_ident()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        green.spawn(self._turn)

    def latest_turn(self) -> float:
        """By how many seconds the loop was late at most since somebody last asked."""
        latest, self._latest = self._latest, 0.0
        return latest

    def _turn(self) -> None:
        while True:
            self._turns += 1
            due = time.monotonic() + TICK_SECONDS
            green.sleep(TICK_SECONDS)
            self._latest = max(self._latest, time.monotonic() - due)

    def _watch(self) -> None:
        seen, missed = -1, 0
        while True:
            self._time.sleep(TICK_SECONDS)
            missed = missed + 1 if self._turns == seen else 0
            seen = self._turns
            if missed == WARN_AFTER_TICKS:
                log.warning("loop is stuck for %.1f s\n%s", missed * TICK_SECONDS, self._where())
            elif missed >= END_AFTER_TICKS:
                log.critical("loop is stuck for %.1f s, ending the process\n%s", missed * TICK_SECONDS, self._where())
                os._exit(STUCK_EXIT_CODE)

    def _where(self) -> str:
        frame = sys._current_frames().get(self._main_thread)
        return "".join(traceback.format_stack(frame)) if frame else "unknown"
