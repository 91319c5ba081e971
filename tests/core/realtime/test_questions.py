"""One question to many companies."""

import psycopg

from core.db import Place
from core.realtime.convoy import Statement
from core.realtime.questions import Questions, array

WHO = Statement("who", b"SELECT json_build_array(current_user, (SELECT count(*) FROM visitor WHERE id = ANY ($1::bigint[])))")
NOWHERE = Place("t_999999999")


def test_each_company_is_asked_under_its_own_role(cast):
    wanted = {cast.acme.place: [array([cast.visitor.id])], cast.globex.place: [array([cast.visitor.id])]}

    assert Questions().ask(WHO, wanted) == {
        cast.acme.place: [cast.acme.place.schema, 1],
        cast.globex.place: [cast.globex.place.schema, 0],
    }


def test_who_cannot_be_asked_is_left_out_and_keeps_nobody_waiting(cast):
    answers = Questions().ask(WHO, {NOWHERE: [array([])], cast.acme.place: [array([])]})

    assert answers == {cast.acme.place: [cast.acme.place.schema, 0]}


def test_a_connection_that_was_lost_meanwhile_is_made_anew(cast, postgres_url):
    questions = Questions()
    questions.ask(WHO, {cast.acme.place: [array([])]})
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'laike-convoy'")

    assert questions.ask(WHO, {cast.acme.place: [array([])]}).keys() == {cast.acme.place}


def test_a_database_that_is_away_answers_for_nobody(cast, monkeypatch):
    def away(*_, **__):
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(psycopg, "connect", away)

    assert Questions().ask(WHO, {cast.acme.place: [array([])]}) == {}
