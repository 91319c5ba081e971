"""The widget's script, frame, files and plain HTTP.  None of it reads a cookie."""

from flask import Blueprint

from widget import calls, files, frames, loaders, pictures, reports

widget = Blueprint("widget", __name__, template_folder="templates")
for resource in (loaders.loaders, frames.frames, calls.calls, files.files, pictures.pictures, reports.reports):
    widget.register_blueprint(resource)

# They carry a visitor's token in a header, which no foreign page can send, instead of a form's.
WITHOUT_FORMS = ("widget.calls.create", "widget.files.create")
