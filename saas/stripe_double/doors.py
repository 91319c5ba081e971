"""Which function answers which request."""

from collections.abc import Callable

from saas.stripe_double.contract import routes

ANSWERS: dict[tuple[str, str], Callable] = {}
_KNOWN = {(route.verb, route.path) for route in routes()}


def answers(verb: str, path: str) -> Callable:
    """Says that a function `(world, params, *ids)` answers such requests.  Only what Stripe's SDK can ask may be answered."""
    if (verb, path) not in _KNOWN:
        raise LookupError(f"{verb} {path} is nothing this SDK can ask")

    def register(function: Callable) -> Callable:
        ANSWERS[verb, path] = function
        return function

    return register
