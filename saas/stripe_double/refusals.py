"""How Stripe says no."""


class Refused(Exception):
    """An error as Stripe sends it: `{"error": {"type", "message", "code", "param"}}`."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None, status: int = 400,
                 type: str = "invalid_request_error", **more):  # fmt: skip
        super().__init__(message)
        said = {"type": type, "message": message, "code": code, "param": param, **more}
        self.status, self.body = status, {"error": {name: value for name, value in said.items() if value is not None}}


def missing(kind: str, id: str) -> Refused:
    return Refused(f"No such {kind}: '{id}'", param="id", code="resource_missing", status=404)


def declined(code: str) -> Refused:
    """A card that was not charged.  "authentication_required" is a code of its own; the rest are reasons of `card_declined`."""
    if code == "authentication_required":
        text = "Your card was declined. This transaction requires authentication."
        return Refused(text, code=code, status=402, type="card_error", decline_code=code)
    return Refused("Your card was declined.", code="card_declined", status=402, type="card_error", decline_code=code)
