"""The console's pages and plain HTTP, below /console."""

from flask import Blueprint

from console import calls, files, handshakes, pages, releases

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
for resource in (pages.pages, handshakes.handshakes, calls.calls, files.files, releases.releases):
    console.register_blueprint(resource)
