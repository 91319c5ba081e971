"""Fixtures of the realtime engine."""

import pytest

from engine.companies import Companies
from engine.process import LiveProcess


@pytest.fixture(scope="session")
def companies(postgres_url):
    """Three companies with nothing but conversations."""
    companies = Companies(postgres_url)
    yield companies
    companies.drop()


@pytest.fixture(scope="module", params=["fast", "stock"])
def live(request, companies, redis_url):
    """A live process, with our lane and then without."""
    process = LiveProcess(companies.url, redis_url, fast=request.param == "fast", ping=1, header=2)
    yield process
    process.stop()


@pytest.fixture
def start_live(companies, redis_url):
    """Start live processes of one's own."""
    started = []

    def start(fast: bool = True, **settings) -> LiveProcess:
        started.append(LiveProcess(companies.url, redis_url, fast=fast, **settings))
        return started[-1]

    yield start
    for process in started:
        process.stop()
