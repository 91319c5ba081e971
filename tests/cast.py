"""Who plays in the tests."""

from dataclasses import dataclass

import sqlalchemy as sa

from chat.conversations.conversations import Conversation
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from core.db import db, going_on, transaction
from lifecycle.opening import Opening
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session

PASSWORD = "correct horse battery staple"


@dataclass
class Cast:
    """Two companies that must never meet."""

    acme: Company
    olga: Member
    globex: Company
    eve: Member
    adam: Member = None
    nina: Member = None
    site: Site = None
    visitor: Visitor = None
    question: Conversation = None

    @classmethod
    def assemble(cls) -> "Cast":
        acme, olga = Opening("acme", "Acme", "Olga", "olga@acme.example", PASSWORD).run()
        globex, eve = Opening("globex", "Globex", "Eve", "eve@globex.example", PASSWORD).run()
        return cls(acme, olga, globex, eve)

    def come_in(self) -> None:
        """Acme's agents sign up and its first visitor asks something.  Acme is in force."""
        with transaction():
            self.olga = Member.known_as("olga@acme.example")
            agent = Role.keyed("agent")
            self.adam = Member.add("Adam", "adam@acme.example", agent, password=PASSWORD)
            self.nina = Member.add("Nina", "nina@acme.example", agent, password=PASSWORD)
            self.site = Site.all()[0]
            self.visitor = Visitor.recognise(None, self.site)
            visit = Visit.of(self.visitor, self.site)
            self.question = Conversation.open_for(self.visitor, self.site, visit)

    def company_of(self, member: Member) -> Company:
        return self.globex if member is self.eve else self.acme

    def cookie_of(self, member: Member) -> str:
        """The cookie of a new session of this member."""
        company = self.company_of(member)
        with company.entered(), going_on(), transaction():
            return Session.open(db.session.get_one(Member, member.id), remember=False, ip="127.0.0.1", device="")[1]

    def refresh(self) -> None:
        """Forget what was read, after somebody else may have written."""
        db.session.commit()
        db.session.expire_all()


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))
