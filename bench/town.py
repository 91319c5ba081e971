"""Companies with visitors, agents and open conversations, for our live process to serve."""

from dataclasses import dataclass, field

from billing.grants import grant
from chat.conversations.conversations import Conversation
from chat.styles.sites import Site
from chat.visitors.visitors import Visitor
from chat.visitors.visits import Visit
from console.agent import handshake_for
from core.db import db, transaction
from lifecycle.opening import Opening
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.people.seats import settle_seats
from tenants.signing_in import passwords
from tenants.signing_in.current import cookie_name
from tenants.signing_in.sessions import Session
from widget.guest import frame_token

PASSWORD = "correct horse battery staple"
PAGE = {"url": "https://shop.example/", "title": "Shop", "referrer": ""}


@dataclass
class Town:
    """`visitors` and `agents` are what each shows at the door; conversation n is between visitor n and agent n // 4."""

    visitors: list[dict] = field(default_factory=list)
    agents: list[dict] = field(default_factory=list)
    conversations: list[int] = field(default_factory=list)

    @classmethod
    def build(cls, name: str, companies: int, conversations: int, per_agent: int = 4) -> "Town":
        """So many conversations, spread over the companies; an agent talks to `per_agent` visitors."""
        passwords.cheap()
        settle_seats()
        town, each = cls(), conversations // companies
        for number in range(companies):
            company, _ = Opening(f"{name}-{number}", f"{name} {number}", "Olga", f"olga@{name}{number}.example", PASSWORD).run()
            with transaction():
                grant(company, "bench", {"seats": each})
            with Company.numbered(company.id).entered() as company:
                town._move_in(company, each, per_agent)
        return town

    def _move_in(self, company: Company, conversations: int, per_agent: int) -> None:
        with transaction():
            role, site = Role.keyed("agent"), Site.all()[0]
            agents = [
                Member.add(f"Agent {n}", f"agent{n}@{company.company_id}.example", role, password=PASSWORD)
                for n in range(conversations // per_agent)
            ]
        with transaction():
            self.agents += [_agent_auth(member, company) for member in agents]
            for n in range(conversations):
                visitor = Visitor.recognise(None, site)
                conversation = Conversation.open_for(visitor, site)
                conversation.accept(by=agents[n // per_agent])
                db.session.flush()
                self.visitors.append(_visitor_auth(visitor, site))
                self.conversations.append(conversation.id)


@dataclass
class WatchedSite:
    """A site with visitors who were there before, newcomers, and agents who see all of them; `listed` is one of the list."""

    visitors: list[dict]
    newcomers: list[dict]
    agents: list[dict]
    listed: dict


def site_with_watchers(visitors: int, newcomers: int, agents: int) -> WatchedSite:
    passwords.cheap()
    settle_seats()
    company, _ = Opening("watched", "Watched", "Olga", "olga@watched.example", PASSWORD).run()
    with transaction():
        grant(company, "bench", {"seats": agents})
    with Company.numbered(company.id).entered() as company, transaction():
        role, site = Role.keyed("agent"), Site.all()[0]
        team = [Member.add(f"Agent {n}", f"agent{n}@watched.example", role, password=PASSWORD) for n in range(agents)]
        known = [Visitor.recognise(None, site) for _ in range(visitors)]
        visit = Visit.of(known[0], site, "203.0.113.7", "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Firefox/130.0", language="en")
        visit.view(PAGE["url"], PAGE["title"])
        return WatchedSite(
            [_visitor_auth(visitor, site) for visitor in known],
            [{name: value for name, value in _visitor_auth(known[0], site).items() if name != "token"}] * newcomers,
            [_agent_auth(member, company) for member in team],
            visit.as_dict(),
        )


def idle_visitors(count: int) -> list[dict]:
    """What so many visitors of a company's site show at the door."""
    company, _ = Opening("idle", "Idle", "Olga", "olga@idle.example", PASSWORD).run()
    with company.entered(), transaction():
        site = Site.all()[0]
        return [_visitor_auth(Visitor.recognise(None, site), site) for _ in range(count)]


def _visitor_auth(visitor: Visitor, site: Site) -> dict:
    return {"site": site.key, "frame": frame_token(site), "token": visitor.token(site), "page": PAGE, "language": "en"}


def _agent_auth(member: Member, company: Company) -> dict:
    session, cookie = Session.open(member, remember=False, ip="", device="")
    return {"handshake": handshake_for(session, company, "en"), "cookie": f"{cookie_name()}={cookie}"}
