"""Who is said to have come and gone."""

from console.visitor_watch import MISSING_LOOKS, Attendance


def test_whoever_is_there_at_first_has_come():
    assert Attendance().now({1, 2}) == ({1, 2}, set())


def test_whoever_stays_is_not_told_again():
    attendance = Attendance()
    attendance.now({1})

    assert attendance.now({1, 2}) == ({2}, set())


def test_turning_a_page_is_not_leaving():
    attendance = Attendance()
    attendance.now({1})
    for _ in range(MISSING_LOOKS - 1):
        assert attendance.now(set()) == (set(), set())

    assert attendance.now({1}) == (set(), set())


def test_whoever_is_missing_for_long_has_gone_once():
    attendance = Attendance()
    attendance.now({1})
    looks = [attendance.now(set()) for _ in range(MISSING_LOOKS + 2)]

    assert [gone for _, gone in looks if gone] == [{1}]
    assert attendance.now({1}) == ({1}, set())
