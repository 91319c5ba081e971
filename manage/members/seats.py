"""Who is online now, and freeing a seat somebody has left behind (G-07, G-08, CF-37)."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from chat.visitors.presence import PRESENCES
from core.db import db, transaction
from core.errors import NotFound
from manage.deeds import noted
from tenants.people.members import Member
from tenants.signing_in.current import needs

seats = Blueprint("seats", __name__, url_prefix="/manage/seats")


@seats.get("")
def index():
    return render_template("manage/seats/index.html", seated=Member.with_ids(g.company.seated), PRESENCES=PRESENCES)


@seats.post("/<int:member_id>/release")
@needs("seats.release")
def destroy(member_id):
    with transaction():
        member = db.session.get(Member, member_id)
        if member is None or member.id not in g.company.seated:
            raise NotFound
        g.company.release_seat(member.id)
        noted("seat.released", member, name=member.name)
    flash(_("%(name)s's seat is free now.", name=member.name), "success")
    return redirect(url_for(".index"))
