"""The terms one agrees to when signing up."""

from flask import Blueprint, render_template

terms = Blueprint("terms", __name__)


@terms.get("/terms")
def show():
    return render_template("manage/terms/show.html")
