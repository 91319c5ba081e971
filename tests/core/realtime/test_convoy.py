import threading
import time

import psycopg
import pytest

from core.realtime import convoy as convoys
from core.realtime.convoy import Convoy, Statement, Trip, TripFailed

WHO = Statement("who", b"SELECT json_build_array(current_user, current_schema(), $1::text)")
COUNT = Statement("count", b"SELECT count(*)::text FROM conversation")
OPEN = Statement("open", b"INSERT INTO conversation (visitor_id) VALUES ($1::bigint) RETURNING id")
BREAK = Statement("break", b"SELECT 1 / $1::bigint")
OPEN_ELSEWHERE = Statement("elsewhere", b"INSERT INTO t_900002.conversation (visitor_id) VALUES ($1::bigint) RETURNING id")


@pytest.fixture
def convoy(companies):
    convoy = Convoy(companies.url)
    yield convoy
    convoy.close()


def test_each_trip_is_in_its_own_company(convoy):
    answers = convoy.run([Trip(f"t_90000{n}", [(WHO, [b"hi"])]) for n in (1, 2, 3, 1)])

    assert answers == [b'["t_90000%d", "t_90000%d", "hi"]' % (n, n) for n in (1, 2, 3, 1)]


def test_a_trip_that_fails_is_rolled_back_alone(convoy, companies):
    before = companies.ask(2, "SELECT count(*) FROM {}.conversation")[0][0]

    first, failed, last = convoy.run(
        [
            Trip("t_900001", [(WHO, [b""])]),
            Trip("t_900002", [(OPEN, [b"5"]), (BREAK, [b"0"])]),
            Trip("t_900003", [(WHO, [b""])]),
        ]
    )

    assert isinstance(failed, TripFailed)
    assert failed.sqlstate == "22012"
    assert (first[:10], last[:10]) == (b'["t_900001', b'["t_900003')
    assert companies.ask(2, "SELECT count(*) FROM {}.conversation")[0][0] == before
    assert convoy.run([Trip("t_900002", [(COUNT, [])])]) == [str(before).encode()]


def test_a_company_may_travel_twice_before_its_plans_are_known(companies):
    convoy = Convoy(companies.url)

    failed, fine = convoy.run(
        [Trip("t_900001", [(BREAK, [b"0"]), (COUNT, [])]), Trip("t_900001", [(BREAK, [b"1"]), (COUNT, [])])]
    )

    convoy.close()
    assert isinstance(failed, TripFailed)
    assert fine.isdigit()


def test_another_companys_tables_are_out_of_reach(convoy):
    (failed,) = convoy.run([Trip("t_900001", [(OPEN_ELSEWHERE, [b"1"])])])

    assert failed.sqlstate == "42501"


def test_a_company_that_is_not_there_is_a_failure_of_that_trip(convoy):
    failed, fine = convoy.run([Trip("t_1", [(WHO, [b""])]), Trip("t_900001", [(WHO, [b""])])])

    assert isinstance(failed, TripFailed)
    assert fine.startswith(b'["t_900001')


def test_a_changed_table_under_a_kept_plan_fails_once(convoy, companies):
    last_message = Statement("last", b"SELECT closed_by_kind FROM conversation LIMIT 1")
    convoy.run([Trip("t_900003", [(last_message, [])])])
    companies.ask(3, "ALTER TABLE {}.conversation ALTER closed_by_kind TYPE varchar(20)")

    outcomes = [convoy.run([Trip("t_900003", [(last_message, [])])])[0] for _ in range(2)]

    assert isinstance(outcomes[0], TripFailed)
    assert not isinstance(outcomes[1], TripFailed)


def test_a_lost_connection_is_said_and_the_next_run_has_a_new_one(convoy, companies):
    convoy.run([Trip("t_900001", [(WHO, [b""])])])
    companies.cut_connections()

    with pytest.raises(psycopg.OperationalError):
        convoy.run([Trip("t_900001", [(WHO, [b""])])])
    assert convoy.run([Trip("t_900001", [(WHO, [b""])])])[0].startswith(b'["t_900001')


def test_a_connection_lost_in_the_middle_is_said(convoy, companies):
    sleep = Statement("sleep", b"SELECT pg_sleep(20)::text")
    cut = threading.Thread(target=_cut_when_one_sleeps, args=(companies,), daemon=True)
    cut.start()
    started = time.monotonic()

    with pytest.raises(psycopg.OperationalError):
        convoy.run([Trip("t_900001", [(sleep, [])]), Trip("t_900002", [(WHO, [b""])])])

    assert time.monotonic() - started < 10
    cut.join()


def _cut_when_one_sleeps(companies) -> None:
    with psycopg.connect(companies.admin_url, autocommit=True) as admin:
        sleeping = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'laike-convoy' AND wait_event = 'PgSleep'"
        while not admin.execute(sleeping).fetchall():
            time.sleep(0.05)
    companies.cut_connections()


def test_a_database_that_hangs_is_given_up(convoy, monkeypatch):
    monkeypatch.setattr(convoys, "PATIENCE", 0.5)
    sleep = Statement("sleep", b"SELECT pg_sleep(5)::text")
    started = time.monotonic()

    with pytest.raises(psycopg.Error):
        convoy.run([Trip("t_900001", [(sleep, [])])])

    assert time.monotonic() - started < 3


def test_a_connection_is_renewed_before_it_knows_too_many_companies(convoy, monkeypatch):
    monkeypatch.setattr(convoys, "COMPANIES_PER_CONNECTION", 2)
    pid = Statement("pid", b"SELECT pg_backend_pid()::text")

    pids = [convoy.run([Trip(f"t_90000{n}", [(pid, [])])])[0] for n in (1, 2, 3)]

    assert pids[0] == pids[1] != pids[2]


WHERE_THE_LOG_IS = Statement("lsn", b"SELECT pg_current_wal_insert_lsn()::text")


class Log:
    """The write-ahead log, of which nobody else is to bring anything to the disk while we look."""

    def __init__(self, companies):
        self._connection = psycopg.connect(companies.admin_url, autocommit=True)
        self._connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        self._connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)

    def has_on_the_disk(self, place: bytes) -> bool:
        """Whether the log is on the disk to beyond a place, and so with the commit that followed."""
        return self._connection.execute("SELECT pg_current_wal_flush_lsn() > %s::pg_lsn", [place.decode()]).fetchone()[0]

    def close(self) -> None:
        self._connection.execute("ALTER SYSTEM RESET wal_writer_delay")
        self._connection.execute("SELECT pg_reload_conf()")
        self._connection.close()


@pytest.fixture
def log(companies):
    log = Log(companies)
    yield log
    log.close()


def opening(*companies: int) -> list[Trip]:
    """Trips that write, and say where the log was before their commit."""
    return [Trip(f"t_90000{n}", [(OPEN, [b"7"]), (WHERE_THE_LOG_IS, [])]) for n in companies]


def test_after_a_convoy_everything_is_on_the_disk(convoy, log):
    places = convoy.run(opening(1, 2, 3))

    assert all(log.has_on_the_disk(place) for place in places)


def test_holding_a_row_is_writing_enough(convoy, log, companies):
    hold = Statement("hold", b"SELECT id FROM conversation WHERE id = $1::bigint FOR NO KEY UPDATE")
    conversation = str(companies.open_conversation(3)).encode()

    *places, _ = convoy.run([*opening(1, 2), Trip("t_900003", [(hold, [conversation])])])

    assert all(log.has_on_the_disk(place) for place in places)


def test_a_last_trip_that_writes_nothing_brings_nothing_to_the_disk_but_a_note_does(convoy, log):
    seen = []
    for _ in range(5):
        *places, _ = convoy.run([*opening(1, 2), Trip("t_900003", [(COUNT, [])])])
        seen.append(log.has_on_the_disk(places[-1]))
        convoy.make_durable()
        assert all(log.has_on_the_disk(place) for place in places)

    # If it were there each time, the note would be needless, and these tests blind.
    assert not all(seen)
