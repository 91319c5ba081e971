"""The console's pages and plain HTTP, below /console."""

from flask import Blueprint, g

from console import calls, files, handshakes, pages, releases
from tenants.people.duties import do_duty_first

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
for resource in (pages.pages, handshakes.handshakes, calls.calls, files.files, releases.releases):
    console.register_blueprint(resource)


@console.before_request
def duty_first() -> None:
    """Raises DutyFirst."""
    do_duty_first(g.get("session"))
