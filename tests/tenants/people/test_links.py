from datetime import timedelta

import pytest
import time_machine

from core.clock import now
from core.db import transaction
from tenants.people.links import LASTS, Link, LinkUsedUp, end_links, link_behind


@pytest.fixture
def token(cast):
    with transaction():
        return Link.make("password", cast.adam)


def use(token: str, purpose: str = "password") -> None:
    with link_behind(purpose, token, to_use=True) as link:
        link.use()


def test_leads_to_its_member(cast, token):
    with link_behind("password", token) as link:
        assert link.member is cast.adam


def test_works_once(token):
    use(token)

    with pytest.raises(LinkUsedUp):
        use(token)


def test_serves_its_purpose_only(token):
    with pytest.raises(LinkUsedUp):
        use(token, "invitation")


def test_a_refusal_does_not_use_it_up(token):
    with pytest.raises(ValueError), link_behind("password", token, to_use=True) as link:
        link.use()
        raise ValueError

    use(token)


@pytest.mark.parametrize("purpose", LASTS)
def test_grows_old(cast, purpose):
    with transaction():
        token = Link.make(purpose, cast.adam)

    with time_machine.travel(now() + LASTS[purpose] + timedelta(seconds=5)), pytest.raises(LinkUsedUp):
        use(token, purpose)


def test_a_newer_one_replaces_it(cast, token):
    with transaction():
        newer = Link.make("password", cast.adam)

    with pytest.raises(LinkUsedUp):
        use(token)
    use(newer)


def test_ends_when_the_member_goes(cast, token):
    with transaction():
        cast.adam.remove()

    with pytest.raises(LinkUsedUp):
        use(token)


def test_all_of_a_member_can_be_ended(cast, token):
    with transaction():
        end_links(cast.adam)

    with pytest.raises(LinkUsedUp):
        use(token)


@pytest.mark.parametrize("forged", ["", "x", "1.", "1.x", "99999.x", "-1.x", "1.x.y"])
def test_a_forged_one_opens_nothing(token, forged):
    with pytest.raises(LinkUsedUp):
        use(forged)


def test_the_secret_of_one_company_opens_nothing_at_another(cast, token):
    with pytest.raises(LinkUsedUp):
        use(f"{cast.globex.id}.{token.partition('.')[2]}")
