"""Refusals: what the product expects to refuse, said so that a person knows what to do next."""

from flask_babel import lazy_gettext as _l


class Refusal(Exception):
    """Something a person asked for that cannot be done, and why.

    Subclasses set `code` (for programs), `message` (for people, with {fields}) and `status` (HTTP).
    The keyword arguments fill the fields.  Raised where it is noticed; turned into a page, JSON or a socket answer once.
    """

    code = "refused"
    message = _l("That is not possible right now.")
    status = 409
    # Seconds after which it is worth trying again, where somebody knows.
    retry_after: int | None = None

    def __init__(self, **fields):
        super().__init__(self.code)
        self.fields = fields

    def __str__(self) -> str:
        return str(self.message).format(**self.fields)

    def as_dict(self) -> dict:
        """`{"code", "message"}` as it travels to browsers."""
        return {"code": self.code, "message": str(self)}


class BadRequest(Refusal):
    code = "bad_request"
    message = _l("We could not read that request. Reload the page and try again.")
    status = 400


class NotFound(Refusal):
    """Also the answer for what belongs to somebody else: they must look the same."""

    code = "not_found"
    message = _l("We could not find that. It may have been removed, or it belongs to someone else.")
    status = 404


class NotAllowed(Refusal):
    code = "not_allowed"
    message = _l("Your role does not allow this. Ask an administrator of your company.")
    status = 403


class NotSignedIn(Refusal):
    code = "not_signed_in"
    message = _l("Sign in to continue.")
    status = 401


class TooFast(Refusal):
    code = "too_fast"
    message = _l("That was a lot at once. Wait a moment and try again.")
    status = 429


class NotNow(Refusal):
    """Through nobody's fault, and not for ever: a job that meets it waits, and its try does not count."""

    code = "not_now"
    status = 503
    retry_after = 60


class Invalid(Refusal):
    """Input with faults, each beside its field: `Invalid(email=_("Enter an e-mail address."))`."""

    code = "invalid"
    message = _l("Some fields need your attention.")
    status = 422

    def as_dict(self) -> dict:
        return super().as_dict() | {"fields": {name: str(text) for name, text in self.fields.items()}}

    def __str__(self) -> str:
        return str(self.message)
