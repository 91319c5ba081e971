"""Our live process, as `wsgi.py` starts it, but without limits on how fast one caller may write.

A load test is what those limits keep out.  They are still counted, only never reached.  Everything else is what runs in
production: roles, doors, tokens, group commit, bus, heads, presence, logs.
"""

from core.realtime import green

green.patch()

import os  # noqa: E402

from flask import Flask  # noqa: E402

from core.realtime.server import serve  # noqa: E402
from saas.app import create_app  # noqa: E402
from saas.web import connect  # noqa: E402
from tenants.companies.safety import refuse_unsafe  # noqa: E402

NO_LIMIT = 1e9, 1e9


def prepared() -> Flask:
    """The app with its doors open, about to serve."""
    app = create_app()
    app.config.update(MESSAGES_OF_A_CALLER=NO_LIMIT, MESSAGES_OF_A_COMPANY=NO_LIMIT, LIVE_FRAMES_OF_A_SOCKET=NO_LIMIT)
    refuse_unsafe(app)
    connect(app)
    return app


if __name__ == "__main__":
    serve(prepared(), "127.0.0.1", int(os.environ["PORT"]), live=True)
