"""Is this blocked, and why?"""

from flask import Blueprint, render_template, request

from core.db import db
from core.forms import Form
from core.networks import address_of
from operators.current import needs
from tenants.abuse.blocks import Block, blocks

block_checks = Blueprint("block_checks", __name__, url_prefix="/abuse/block-checks")


@block_checks.get("")
@needs("abuse.see")
def show():
    """A part of the page: what keeps an address, a mail address or domain, or a number out."""
    asked = Form(request.args).text("asked", 254)
    found = [db.session.get_one(Block, id) for id in dict.fromkeys(_lines(asked))]
    return render_template("admin_portal/abuse/_block_check.html", asked=asked, found=found)


def _lines(asked: str) -> list[int]:
    if address_of(asked):
        found = [blocks().network(asked, door) for door in ("sign_up", "chat")]
    elif asked.startswith("+"):
        found = [blocks().number(asked.replace(" ", ""))]
    else:
        found = [blocks().mail(asked if "@" in asked else f"somebody@{asked}")]
    return [line.id for line in found if line is not None]
