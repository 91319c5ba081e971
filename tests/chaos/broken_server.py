"""Live processes that are broken on purpose, so that the checker can show that it notices.

`ROLE=live PORT=… python -m chaos.broken_server acks_before_commit`
"""

from core.realtime import green

green.patch()

import os  # noqa: E402
import sys  # noqa: E402

import psycopg  # noqa: E402

import chat.conversations.posting  # noqa: E402
import chat.conversations.rooms  # noqa: E402
from chat.conversations.posting import Posting, answer_of, post_now, push_of  # noqa: E402
from core.db import url_of  # noqa: E402
from core.realtime.bus import Bus  # noqa: E402

# So long that each conversation nearly always has a message that is acknowledged and not yet safe.
UNSAFE = 1.5


def acks_before_commit() -> None:
    """The author hears that it is safe a moment before it is."""

    def add(posting: Posting, draft) -> None:
        green.spawn(post, posting._app, draft)

    def post(app, draft) -> None:
        with app.app_context(), psycopg.connect(url_of(draft.place.database)) as connection:
            connection.execute(f'SET LOCAL ROLE "{draft.place.schema}"')
            (outcome,) = post_now(connection, [draft])
            draft.answer(answer_of(outcome))
            green.sleep(UNSAFE)
        if outcome.refusal is None:
            app.extensions["pushes"].send([push_of(draft, outcome)])

    Posting.add = add


def forgets_client_ids() -> None:
    """What is sent again is posted again."""
    chat.conversations.posting.POST = chat.conversations.posting.POST._replace(
        sql=chat.conversations.posting.POST.sql.replace(b"earlier.client_id = draft.client_id", b"false")
    )


def mixes_companies() -> None:
    """All companies' agents sit in one room."""
    chat.conversations.rooms.agents_room = lambda company_id: "agents"


def never_looks_again() -> None:
    """Trusts that every push arrives, while the bus is deaf."""
    import chat.conversations.heads

    chat.conversations.heads.Heads.look = lambda heads, lines: None
    Bus._take = lambda bus, data: None


if __name__ == "__main__":
    globals()[sys.argv[1]]()

    from saas.web import run

    run(role=os.environ["ROLE"], host="127.0.0.1", port=int(os.environ["PORT"]))
