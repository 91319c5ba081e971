from datetime import timedelta

import pytest
import time_machine
from cast import PASSWORD

from core.clock import now
from core.db import transaction
from lifecycle.opening import Opening
from tenants.companies.company import Company
from tenants.people.members import Member
from tenants.people.roles import Role
from tenants.signing_in.sessions import Session

NEW = "seven slow yaks sing"


@pytest.fixture
def forget(client):
    return lambda email: client.post("/password/forgotten", data={"email": email})


def test_a_mail_leads_to_a_new_password(cast, client, forget, mailbox, link_in):
    forget("Adam@acme.example")
    [mail] = mailbox()

    response = client.post(link_in(mail), data={"password": NEW})

    assert mail["To"] == "adam@acme.example"
    assert response.location == "/sign-in?company_id=acme"
    cast.refresh()
    assert Member.known_as("adam@acme.example").has_password(NEW)


def test_says_the_same_to_strangers(cast, forget, mailbox):
    known, unknown = forget("adam@acme.example"), forget("nobody@acme.example")

    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("adam@", "nobody@") == unknown.text
    assert len(mailbox()) == 1


def test_the_link_works_once(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    link = link_in(mailbox()[0])
    client.post(link, data={"password": NEW})

    again = client.post(link, data={"password": "another fine long one"})

    assert again.status_code == 410
    assert "has been used or is too old" in again.text
    assert client.get(link).status_code == 410


def test_looking_at_the_page_does_not_use_the_link_up(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    link = link_in(mailbox()[0])

    looks = [client.get(link) for _time in range(2)]

    assert [look.status_code for look in looks] == [200, 200]
    assert looks[0].headers["Referrer-Policy"] == "no-referrer"
    assert looks[0].headers["Cache-Control"] == "no-store"


def test_the_link_lasts_half_an_hour(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    link = link_in(mailbox()[0])

    with time_machine.travel(now() + timedelta(minutes=31)):
        assert client.get(link).status_code == 410


def test_a_new_password_makes_waiting_links_useless(cast, client, forget, mailbox, link_in, signed_in):
    forget("adam@acme.example")
    link = link_in(mailbox()[0])
    signed_in(cast.adam).post("/manage/me/password", data={"current_password": PASSWORD, "password": NEW})

    assert client.get(link).status_code == 410


def test_a_new_link_makes_the_old_one_useless(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    forget("adam@acme.example")
    first, second = map(link_in, mailbox())

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_weak_password_leaves_everything_as_it_was(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    link = link_in(mailbox()[0])

    response = client.post(link, data={"password": "password1234"})

    assert response.status_code == 422
    assert "easily guessed" in response.text
    assert client.get(link).status_code == 200
    cast.refresh()
    assert Member.known_as("adam@acme.example").has_password(PASSWORD)


def test_ends_every_session(cast, client, signed_in, forget, mailbox, link_in):
    browser = signed_in(cast.adam)
    forget("adam@acme.example")

    client.post(link_in(mailbox()[0]), data={"password": NEW})

    assert browser.get("/manage/me").status_code == 302
    cast.refresh()
    assert Session.of_member(cast.adam) == []


def test_tells_the_owner_that_it_was_changed(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    client.post(link_in(mailbox()[0]), data={"password": NEW})

    assert "has been changed" in mailbox()[-1]["Subject"]


def test_one_mail_for_each_company_of_an_address(cast, forget, mailbox):
    Opening("initech", "Initech", "Adam", "adam@acme.example", PASSWORD).run()

    forget("adam@acme.example")

    assert [mail["Subject"] for mail in mailbox()] == ["A new password for Acme"]
    with Company.called("initech").entered():
        subjects = [mail["Subject"] for mail in mailbox()]
    assert "A new password for Initech" in subjects


def test_who_never_joined_gets_the_invitation_again(cast, forget, mailbox):
    with transaction():
        Member.add("Ivy", "ivy@acme.example", Role.keyed("agent"))

    forget("ivy@acme.example")

    assert [mail["Subject"] for mail in mailbox()] == ["Join Acme on Laike 来客"]


def test_another_companys_number_opens_nothing(cast, client, forget, mailbox, link_in):
    forget("adam@acme.example")
    link = link_in(mailbox()[0])
    stolen = link.replace(f"/{cast.acme.id}.", f"/{cast.globex.id}.")

    assert client.get(stolen).status_code == 410
    assert client.get("/password/no-such-token").status_code == 410


def test_an_address_is_written_to_only_so_often(cast, forget, mailbox):
    for _time in range(5):
        forget("adam@acme.example")

    response = forget("adam@acme.example")

    assert response.status_code == 429
    assert len(mailbox()) == 5


def test_asks_for_an_address(cast, forget):
    assert "Enter your e-mail address" in forget("").text
    assert forget("nonsense").status_code == 422
