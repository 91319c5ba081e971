"""What is said to consoles, caught before it leaves."""

import pytest
from caught import Caught


@pytest.fixture
def caught(app, monkeypatch) -> Caught:
    caught = Caught("member")
    monkeypatch.setitem(app.extensions, "pushes", caught)
    return caught
