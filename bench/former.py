"""Our live process, letting visitors in as it did before: each step a question through the models, one after the other.

The models' verbs are the product's own, and what is written and told is the same.  Only what it costs is different.
"""

from core.realtime import green

green.patch()

import os  # noqa: E402

from bench.ours import prepared  # noqa: E402
from chat.conversations.rooms import visitor_room  # noqa: E402
from chat.visitors.visitors import Visitor  # noqa: E402
from chat.visitors.visits import Visit  # noqa: E402
from core.db import transaction  # noqa: E402
from core.pages import language_of  # noqa: E402
from core.realtime.server import serve  # noqa: E402
from tenants.companies.company import Company  # noqa: E402
from widget.door import widget_door  # noqa: E402
from widget.guest import Guest, site_keyed  # noqa: E402


def guest_from(request, auth: dict) -> Guest:
    with transaction():
        company = Company.of_site(auth["site"])
    with company.entered() as company, transaction():
        site, page, language, ip = site_keyed(auth["site"]), auth["page"], auth["language"], request.remote_addr
        known = Visitor.of_token(auth.get("token"), site)
        visitor = Visitor.recognise(auth.get("token") if known else None, site, language)
        visit = Visit.of(visitor, site, ip, request.user_agent.string, page["referrer"], language)
        visit.view(page["url"], page["title"])
        return Guest(
            company_id=company.id,
            place=company.place,
            kind="visitor",
            id=visitor.id,
            name="",
            rooms={visitor_room(company.id, visitor.id)},
            language=language_of(language),
            site_key=site.key,
            site_id=site.id,
            visitor_key=visitor.key,
            visit_id=visit.id,
            page_url=page["url"],
            ip=ip,
        )


if __name__ == "__main__":
    app = prepared()
    widget_door.caller = guest_from
    # Without what was looked at beforehand, the welcome asks for itself too.
    del app.extensions["availability"]
    serve(app, "127.0.0.1", int(os.environ["PORT"]), live=True)
