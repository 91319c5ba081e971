from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import db, transaction


@pytest.fixture
def together(app):
    """`together(deed, deed, …)` does things at the same time, each in its own transaction; what each returned or raised."""

    def do(*deeds):
        def run(deed):
            with app.app_context():
                try:
                    with transaction():
                        return deed()
                except Exception as error:
                    return error
                finally:
                    db.session.remove()

        db.session.commit()
        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(run, deeds))

    return do
