"""Where styles were before they had that name: bookmarks and links in old mails still lead there."""

from flask import Blueprint, redirect, url_for

sites = Blueprint("sites", __name__, url_prefix="/manage/sites")


@sites.get("")
def index():
    return redirect(url_for("manage.styles.index"), 301)


@sites.get("/<int:site_id>")
def edit(site_id):
    return redirect(url_for("manage.styles.edit", site_id=site_id), 301)


@sites.get("/<int:site_id>/identity")
def identity(site_id):
    return redirect(url_for("manage.identities.show", site_id=site_id), 301)
