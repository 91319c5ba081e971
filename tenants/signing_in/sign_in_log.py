"""The login log: who came in, from where, how, and who tried in vain (H-10, G-18); attendance is read from it (D-09).

Only tries at a member who exists are kept: what a stranger types in place of a name may be his password.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import TenantModel, db, identity
from tenants.companies.company import current_company
from tenants.people.members import Member
from tenants.signing_in.sessions import Session

METHODS = {
    "password": _l("Password"),
    "code": _l("Password and code"),
    "recovery_code": _l("Password and recovery code"),
    "passkey": _l("Passkey"),
    "sso": _l("Single sign-on"),
    "provider": _l("Account at another provider"),
    "link": _l("Link in a mail"),
}
RESULTS = {
    "signed_in": _l("Signed in"),
    "wrong_password": _l("Wrong password"),
    "wrong_code": _l("Wrong code"),
    "network_refused": _l("Network not allowed"),
    "only_by_sso": _l("Only single sign-on is allowed"),
}


class SignInEntry(TenantModel):
    """One try to come in.  `result` "signed_in" has the session that it opened.  Rows are only added."""

    __tablename__ = "sign_in_entry"

    id: Mapped[int] = identity()
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    method: Mapped[str]
    result: Mapped[str]
    ip: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    session_id: Mapped[int | None]

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def note(cls, member: Member, method: str, result: str, ip: str, device: str, session: Session | None = None) -> None:
        """Write a try down, in the running transaction."""
        entry = cls(member_id=member.id, method=method, result=result, ip=ip, device=device[:300])
        entry.session_id = session.id if session else None
        db.session.add(entry)

    @property
    def method_title(self) -> str:
        return str(METHODS.get(self.method, self.method))

    @property
    def result_title(self) -> str:
        return str(RESULTS.get(self.result, self.result))


@dataclass(frozen=True)
class SignInQuery:
    """What somebody wants to see of the log.  One query feeds the page, the files and the days of attendance."""

    since: datetime | None = None
    until: datetime | None = None
    member_id: int | None = None
    result: str = ""

    def entries(self, before: int | None = None, at_most: int = 50) -> list[SignInEntry]:
        """The newest first, those before the one numbered `before`."""
        query = sa.select(SignInEntry).where(*self._wanted).order_by(SignInEntry.id.desc()).limit(at_most)
        return list(db.session.scalars(query if before is None else query.where(SignInEntry.id < before)))

    def attendance(self) -> list["Attendance"]:
        """For each member who came in at all: on how many days, how often, and when first and last.  By agent number."""
        day = sa.cast(sa.func.timezone(current_company().time_zone, SignInEntry.at), sa.Date)
        query = (
            sa.select(
                SignInEntry.member_id,
                sa.func.count(),
                sa.func.count(day.distinct()),
                sa.func.min(SignInEntry.at),
                sa.func.max(SignInEntry.at),
                sa.func.array_agg(day.distinct()),
            )
            .where(*self._wanted, SignInEntry.result == "signed_in")
            .group_by(SignInEntry.member_id)
        )
        rows = {row[0]: row[1:] for row in db.session.execute(query)}
        members = db.session.scalars(
            sa.select(Member).where(Member.id.in_(rows)).order_by(sa.func.length(Member.number), Member.number)
        )
        return [Attendance(member, *rows[member.id]) for member in members]

    @property
    def _wanted(self) -> list:
        wanted = [
            SignInEntry.at >= self.since if self.since else None,
            SignInEntry.at < self.until if self.until else None,
            SignInEntry.member_id == self.member_id if self.member_id else None,
            SignInEntry.result == self.result if self.result else None,
        ]
        return [one for one in wanted if one is not None]


@dataclass(frozen=True)
class Attendance:
    """How somebody was there in a period (D-09): sign-ins, days with at least one, the first and the last."""

    member: Member
    sign_ins: int
    days_present: int
    first_at: datetime
    last_at: datetime
    days: list[date]
