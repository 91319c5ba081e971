from core.realtime import limits
from core.realtime.limits import Buckets


def test_allows_a_burst_and_then_the_rate():
    buckets = Buckets(per_second=2, burst=3)

    assert [buckets.take("adam", now=lambda: 0.0) for _ in range(4)] == [True, True, True, False]
    assert [buckets.take("adam", now=lambda: 0.5) for _ in range(2)] == [True, False]
    assert [buckets.take("adam", now=lambda: 60.0) for _ in range(4)] == [True, True, True, False]


def test_counts_each_apart():
    buckets = Buckets(per_second=1, burst=1)

    assert buckets.take("adam", now=lambda: 0.0)
    assert buckets.take("nina", now=lambda: 0.0)
    assert not buckets.take("adam", now=lambda: 0.0)


def test_forgets_who_has_been_quiet(monkeypatch):
    monkeypatch.setattr(limits, "SWEEP_ABOVE", 100)
    buckets = Buckets(per_second=1, burst=1)

    for second in range(1000):
        buckets.take(second, now=lambda: float(second))  # noqa: B023

    assert len(buckets._buckets) <= 101
