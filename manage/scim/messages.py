"""Reading what a directory sends, within limits, and answering it in SCIM's own words (RFC 7644, 3.1 and 3.12)."""

import json

import sqlalchemy as sa
from flask import Response, request
from scim2_models import (
    BaseModel,
    Context,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    PatchOp,
    Resource,
    ResponseParameters,
)

from core.db import db
from manage.scim.filters import Comparisons, conditions
from manage.scim.shapes import ROWS, TOLERANT

TYPE = "application/scim+json"
LONGEST_BODY = 256 * 1024
LONGEST_LIST, LONGEST_PATH, DEEPEST = 1000, 500, 8


def body() -> dict:
    """The JSON object that was sent.  Raises InvalidSyntaxException, InvalidValueException."""
    try:
        sent = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise InvalidSyntaxException(detail="The body is no JSON.") from error
    if not isinstance(sent, dict):
        raise InvalidSyntaxException(detail="The body is no JSON object.")
    _check(sent, DEEPEST)
    return sent


def sent_as(shape: type[Resource], context: Context) -> Resource:
    """A whole resource that was sent; what the shape does not know is dropped."""
    return shape.model_validate(body(), scim_ctx=context, scim_policy=TOLERANT)


def operations() -> list[dict]:
    """The operations of a PATCH, each to be applied by `patch`.  Raises InvalidValueException, InvalidSyntaxException."""
    sent = {name.lower(): value for name, value in body().items()}.get("operations")
    if not isinstance(sent, list) or not sent or not all(isinstance(one, dict) for one in sent):
        raise InvalidSyntaxException(detail="Operations must be a list of operations.")
    return [{name.lower(): value for name, value in one.items()} for one in sent]


def patch(resource: Resource, operation: dict) -> None:
    """Apply one operation.  Raises SCIMException or ValidationError with what is wrong."""
    path = operation.get("path")
    if isinstance(path, str) and len(path) > LONGEST_PATH:
        raise InvalidValueException(detail=f"A path is longer than {LONGEST_PATH} characters.")
    message = {"schemas": [str(PatchOp.__schema__)], "Operations": [operation]}
    with TOLERANT:
        PatchOp[type(resource)].model_validate(message, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(resource)


def answer(resource: Resource, status: int = 200) -> Response:
    """One resource, with the attributes that were asked for."""
    context = Context.RESOURCE_CREATION_RESPONSE if status == 201 else Context.RESOURCE_QUERY_RESPONSE
    response = said(resource, status, context, _wanted(type(resource)))
    if status == 201:
        response.headers["Location"] = resource.meta.location
    return response


def found(shape: type[Resource], rows: sa.Select, order: sa.ColumnElement, comparisons: Comparisons, shown) -> Response:
    """The page that was asked for of those rows that fit the filter, each as `shown` shows it."""
    rows = rows.where(*conditions(request.args.get("filter", ""), shape, comparisons)) if request.args.get("filter") else rows
    start, count = max(1, _whole("startIndex", 1)), min(ROWS, max(0, _whole("count", ROWS)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(rows.with_only_columns(order).subquery()))
    page = db.session.execute(rows.order_by(order).offset(start - 1).limit(count)).all() if count else []
    return listed([shown(*row) for row in page], shape, total, start)


def listed(resources: list[Resource], shape: type[Resource], total: int | None = None, start: int = 1) -> Response:
    message = ListResponse[shape](
        total_results=len(resources) if total is None else total,
        start_index=start,
        items_per_page=len(resources),
        resources=resources,
    )
    return said(message, 200, Context.RESOURCE_QUERY_RESPONSE, _wanted(shape))


def said(message: BaseModel, status: int, context: Context, wanted: ResponseParameters | None = None) -> Response:
    text = message.model_dump_json(scim_ctx=context, response_parameters=wanted)
    return Response(text, status, {"Cache-Control": "no-store"}, content_type=TYPE)


def wants(attribute: str) -> bool:
    """Whether an attribute has to be looked up for the answer."""
    without = request.args.get("excludedAttributes", "").lower().split(",")
    return attribute not in [name.strip() for name in without]


def _wanted(shape: type[Resource]) -> ResponseParameters:
    asked = {name: request.args[name] for name in ("attributes", "excludedAttributes") if request.args.get(name)}
    if any(len(text) > LONGEST_PATH for text in asked.values()):
        raise InvalidValueException(detail="That is a lot of attributes.")
    return ResponseParameters[shape].model_validate(asked)


def _whole(name: str, otherwise: int) -> int:
    text = request.args.get(name, str(otherwise))
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 9:
        raise InvalidValueException(detail=f"{name} must be a whole number.")
    return int(text)


def _check(value, depth: int) -> None:
    """Nothing deep, nothing endless: what is compared with one another takes time by the square."""
    if not isinstance(value, dict | list):
        return
    if not depth:
        raise InvalidSyntaxException(detail="The body is nested too deeply.")
    if len(value) > LONGEST_LIST:
        raise InvalidValueException(detail=f"A list has more than {LONGEST_LIST} values.")
    for one in value.values() if isinstance(value, dict) else value:
        _check(one, depth - 1)
