"""A door: what one kind of caller may ask, the same over a socket and over plain HTTP."""

import logging
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, contextmanager, nullcontext

from flask import Flask, current_app, has_app_context
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from core.db import going_on, transaction
from core.errors import BadRequest, Refusal, TooFast
from core.realtime import green
from core.realtime.caller import Caller
from core.realtime.limits import Buckets

log = logging.getLogger(__name__)

HOT_PATIENCE = 20.0

Answer = Callable[[dict | Refusal], None]


class SomethingBroke(Refusal):
    """What a browser hears when we have a bug.  The log has the ids."""

    code = "internal"
    message = _l("Something went wrong on our side. Try again in a moment.")
    status = 500


class Door:
    """The events one kind of caller may ask for.

        widget_door = Door("widget", caller=visitor_from)

        @widget_door.on("sync")
        def sync(caller, request): ...          # returns what the browser gets besides {"ok": true}; may refuse

    `caller(request, auth)` finds out who is calling from the HTTP request (of the socket's handshake, or of the
    fallback) and the given credentials; it returns a Caller or refuses.  It runs inside the app's context.
    Events that `go_on` may write also while the caller's company is at a standstill; what others write is refused.
    """

    def __init__(
        self, name: str, caller: Callable[..., Caller], go_on: Collection[str] = (), per_second: float = 10, burst: int = 100
    ):
        self.name, self.caller, self.go_on = name, caller, go_on
        self.app: Flask | None = None
        self.events: dict[str, Callable[[Caller, dict], dict | None]] = {}
        self.hot_events: dict[str, Callable[[Caller, dict, Answer], None]] = {}
        self.arrivals: list[Callable] = []
        self.departures: list[Callable] = []
        self._requests = Buckets(per_second, burst)

    def on(self, event: str) -> Callable:
        """Register a handler: `handler(caller, request)` in the company's transaction."""
        return self._registering(self.events, event)

    def hot(self, event: str) -> Callable:
        """Register a handler without context or transaction: `handler(caller, request, answer)`.

        It must not wait.  It calls `answer({...})`, or answer(Refusal()), when it knows, from wherever it then is.
        """
        return self._registering(self.hot_events, event)

    def arrival(self, function: Callable) -> Callable:
        """Call `function(caller, line)` when a line has opened, in the company's transaction."""
        self.arrivals.append(function)
        return function

    def departure(self, function: Callable) -> Callable:
        """Call `function(caller)` when a line has ended, in the company's transaction."""
        self.departures.append(function)
        return function

    def call(self, caller: Caller, event: str, data) -> dict:
        """Ask one event and wait for its answer.  Never raises."""
        try:
            return {"ok": True} | self._handle(caller, event, data)
        except Refusal as refusal:
            return self.refused(caller, refusal)
        except Exception:
            log.exception("event failed door=%s event=%s caller=%s", self.name, event, caller.rate_key)
            return self.refused(caller, SomethingBroke())

    def call_hot(self, caller: Caller, event: str, data, answer: Answer) -> None:
        """Ask a hot event; the answer comes through `answer`.  Never raises, never waits."""
        try:
            if not isinstance(data, dict):
                raise BadRequest
            self.hot_events[event](caller, data, lambda result: answer(self._answer_of(caller, result)))
        except Refusal as refusal:
            answer(self.refused(caller, refusal))
        except Exception:
            log.exception("hot event failed door=%s event=%s caller=%s", self.name, event, caller.rate_key)
            answer(self.refused(caller, SomethingBroke()))

    def identify(self, request, auth) -> Caller:
        """Who is calling.  Raises a Refusal."""
        return self.caller(request, auth if isinstance(auth, dict) else {})

    def arrived(self, line) -> None:
        for function in self.arrivals:
            self._tell(function, line.caller, line)

    def left(self, caller: Caller) -> None:
        for function in self.departures:
            self._tell(function, caller)

    def refused(self, caller: Caller | None, refusal: Refusal) -> dict:
        """The refusal as it travels, in the caller's language."""
        with self._context(caller):
            return {"ok": False, "error": refusal.as_dict()}

    def _answer_of(self, caller: Caller, result: dict | Refusal) -> dict:
        return self.refused(caller, result) if isinstance(result, Refusal) else {"ok": True, **result}

    def _registering(self, handlers: dict, event: str) -> Callable:
        def register(function: Callable) -> Callable:
            handlers[event] = function
            return function

        return register

    def _handle(self, caller: Caller, event: str, data) -> dict:
        if not isinstance(data, dict) or not isinstance(event, str):
            raise BadRequest
        if event in self.hot_events:
            return self._wait_for(caller, event, data)
        if event not in self.events:
            raise BadRequest
        if not self._requests.take(caller.rate_key):
            raise TooFast
        with self._context(caller), self._going_on(event):
            return self._ask(caller, event, data)

    def _ask(self, caller: Caller, event: str, data: dict) -> dict:
        caller.knock()
        with caller.entered(), transaction():
            return self.events[event](caller, data) or {}

    def _wait_for(self, caller: Caller, event: str, data: dict) -> dict:
        answered = green.Signal()
        self.call_hot(caller, event, data, answered.give)
        return answered.take(HOT_PATIENCE) or self.refused(caller, SomethingBroke())

    def _tell(self, function: Callable, caller: Caller, *more) -> None:
        try:
            with self._context(caller), caller.entered(), transaction():
                function(caller, *more)
        except Refusal as refusal:
            # A company that was closed meanwhile, for example.
            log.info("%s refused door=%s caller=%s code=%s", function.__name__, self.name, caller.rate_key, refusal.code)
        except Exception:
            log.exception("%s failed door=%s caller=%s", function.__name__, self.name, caller.rate_key)

    @contextmanager
    def _context(self, caller: Caller | None):
        """The app's context, a fresh one unless we are inside of a page already, in the caller's language."""
        own = nullcontext() if has_app_context() else self._app().app_context()
        with own, force_locale(caller.language) if caller is not None and caller.language else nullcontext():
            yield

    def _going_on(self, event: str) -> AbstractContextManager:
        return going_on() if event in self.go_on else nullcontext()

    def _app(self) -> Flask:
        return self.app if self.app is not None else current_app
