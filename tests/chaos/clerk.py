"""Runs inside the house, with the app: opens the companies with all that their people show at the doors, and writes chores into their outboxes.

`python -m chaos.clerk furnish '{"words": […], "agents": 2}'` prints the companies as JSON.
`python -m chaos.clerk write '["t_1", …]'` writes chores until it is ended, and prints those that were committed.
"""

import json
import random
import sys
import time

from chaos import chores

from chat.styles.sites import Site
from console.agent import handshake_for
from core.db import Place, inside, transaction
from lifecycle.opening import Opening
from saas.app import create_app
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.people.seats import settle_seats
from tenants.signing_in import passwords
from tenants.signing_in.current import cookie_name
from tenants.signing_in.sessions import Session
from widget.guest import frame_token

PASSWORD = "correct horse battery staple"
CHORE_EVERY = 0.7


def furnish(words: list[str], agents: int) -> list[dict]:
    settle_seats()
    return [open_company(word, agents) for word in words]


def open_company(word: str, agents: int) -> dict:
    company, _ = Opening(word, word.title(), "Olga", f"olga@{word}.example", PASSWORD).run()
    with company.entered() as company:
        with transaction():
            role = Role.keyed("agent")
            members = [Member.add(f"Agent {n}", f"agent{n}@{word}.example", role, password=PASSWORD) for n in range(agents)]
        with transaction():
            accounts = [account_of(member, company) for member in members]
            site = Site.all()[0]
            frame = frame_token(site)
        return {"word": word, "schema": company.place.schema, "site": site.key, "frame": frame, "agents": accounts}


def account_of(member: Member, company: Company) -> dict:
    session, cookie = Session.open(member, remember=False, ip="", device="")
    return {"id": member.id, "cookie": f"{cookie_name()}={cookie}", "handshake": handshake_for(session, company, "en")}


def write(schemas: list[str]) -> None:
    number = 0
    while True:
        number += 1
        schema, key = random.choice(schemas), f"chore-{number}"
        try:
            with inside(Place(schema)), transaction():
                chores.do_chore.later(key=key)
            print(schema, key, flush=True)
        except Exception as error:
            print(f"not written {key} {error!r}", file=sys.stderr, flush=True)
        time.sleep(random.uniform(0, 2 * CHORE_EVERY))


if __name__ == "__main__":
    passwords.cheap()
    app = create_app()
    with app.app_context():
        if sys.argv[1] == "furnish":
            print(json.dumps(furnish(**json.loads(sys.argv[2]))))
        else:
            write(json.loads(sys.argv[2]))
