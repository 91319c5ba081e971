"""State of the platform: each part at a glance, and what to do about it.  Refreshes itself while somebody looks."""

from flask import Blueprint, render_template

from admin_portal.operations.readings import Platform
from admin_portal.operations.tiles import BAD, UNKNOWN, WATCH, number, seconds, size, tiles_of
from core.clock import now
from operators.current import needs

standing = Blueprint("standing", __name__, url_prefix="/standing")


@standing.get("")
@needs("operations.see")
def show():
    platform = Platform()
    tiles = tiles_of(platform)
    return render_template(
        "admin_portal/operations/standing.html",
        platform=platform,
        tiles=tiles,
        troubles=sum(tile.level in (WATCH, BAD, UNKNOWN) for tile in tiles),
        looked_at=now(),
        number=number,
        seconds=seconds,
        size=size,
    )
