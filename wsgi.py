"""A web process, in one of two roles: `pages` answers pages and JSON, `live` holds the sockets.

ROLE=live PORT=8001 python wsgi.py
"""

from core.realtime import green

green.patch()  # before anything else is imported

import os  # noqa: E402

from saas.web import run  # noqa: E402

if __name__ == "__main__":
    run(
        role=os.environ.get("ROLE", "pages"), host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8000"))
    )
