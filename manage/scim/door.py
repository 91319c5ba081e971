"""SCIM 2.0 (RFC 7643, 7644): the door at /scim/v2 through which a company's directory tells us of its people.

Which company it is, the token in the Authorization header says and nothing else; cookies are not looked at.
"""

from flask import Blueprint, g, request
from pydantic import ValidationError
from scim2_models import Context, Error, ResourceType, Schema, SCIMException, UnauthorizedException
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from core.db import going_on, transaction
from core.errors import Invalid, NotFound, NotNow, Refusal
from core.limits import TooManyTries, count_try
from manage.scim.groups import scim_groups
from manage.scim.messages import LONGEST_BODY, listed, said
from manage.scim.shapes import CONFIG, RESOURCE_TYPES, SCHEMAS
from manage.scim.users import scim_users
from tenants.companies.company import Company
from tenants.platform.load_limits import take_request
from tenants.platform.maintenance import need_writing
from tenants.platform.switches import need
from tenants.signing_in.provisioned_groups import GroupNameTaken, NoSuchPerson
from tenants.signing_in.provisioned_members import UserNameTaken
from tenants.signing_in.provisioning import ProvisioningToken

scim = Blueprint("scim", __name__, url_prefix="/scim/v2")
scim.register_blueprint(scim_users)
scim.register_blueprint(scim_groups)

OFTEN = "1200 per minute"
# What SCIM calls a refusal (RFC 7644, table 9).
TYPES = {Invalid: "uniqueness", UserNameTaken: "uniqueness", GroupNameTaken: "uniqueness", NoSuchPerson: "invalidValue"}


@scim.before_request
def enter() -> None:
    """Put the token's company in force.  Raises UnauthorizedException, TooManyTries, OverLimit, SwitchedOff, ReadOnlyNow."""
    request.max_content_length = LONGEST_BODY
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    with transaction():
        found = Company.of_token(text.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise UnauthorizedException
    company, secret = found
    take_request(company.id)
    g.company = g.entered.enter_context(company.entered())
    need("provisioning")
    if request.method != "GET":
        need_writing()
    with going_on(), transaction():
        g.provisioning_token = ProvisioningToken.of_secret(secret)
        if g.provisioning_token is None:
            raise UnauthorizedException
        g.provisioning_token.used()
    count_try(OFTEN, "scim", company.id, g.provisioning_token.id)


@scim.get("/ServiceProviderConfig")
def config():
    return said(CONFIG, 200, Context.RESOURCE_QUERY_RESPONSE)


@scim.get("/ResourceTypes")
def resource_types():
    return listed(RESOURCE_TYPES, ResourceType)


@scim.get("/Schemas")
def schemas():
    return listed(SCHEMAS, Schema)


@scim.get("/ResourceTypes/<name>")
def resource_type(name):
    return _one_of(RESOURCE_TYPES, name)


@scim.get("/Schemas/<name>")
def schema(name):
    return _one_of(SCHEMAS, name)


@scim.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@scim.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing(path):
    """Whatever else is asked for, such as Bulk, Me and searches by POST."""
    raise NotFound


@scim.errorhandler(SCIMException)
def scim_refused(error: SCIMException):
    return _refusal(error.status, error.detail, error.scim_type)


@scim.errorhandler(ValidationError)
def not_valid(error: ValidationError):
    first = Error.from_validation_errors(error)[0]
    return _refusal(int(first.status or 400), first.detail or "", first.scim_type)


@scim.errorhandler(Refusal)
def refused(refusal: Refusal):
    kind = next((name for cls, name in TYPES.items() if isinstance(refusal, cls)), None)
    if isinstance(refusal, Invalid):
        return _refusal(409, " ".join(map(str, refusal.fields.values())), kind)
    return _refusal(refusal.status, str(refusal), kind)


@scim.errorhandler(IntegrityError)
def too_late(error: IntegrityError):
    """Somebody else, a colleague by hand perhaps, was quicker by a moment."""
    return _refusal(409, "Somebody else has this name, number or address.", "uniqueness")


@scim.errorhandler(HTTPException)
def http_error(error: HTTPException):
    return _refusal(error.code or 500, error.description or error.name)


@scim.after_request
def tell_when(response):
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status_code in (TooManyTries.status, NotNow.status):
        response.headers["Retry-After"] = "60"
    return response


def _one_of(resources: list, name: str):
    resource = next((one for one in resources if one.id == name), None)
    if resource is None:
        raise NotFound
    return said(resource, 200, Context.RESOURCE_QUERY_RESPONSE)


def _refusal(status: int, detail: str, kind: str | None = None):
    return said(Error(status=status, detail=detail, scim_type=kind or None), status, Context.DEFAULT)
