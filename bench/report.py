"""One table: what was measured, ours and theirs, how many times better, and what we aimed at."""

from dataclasses import dataclass

from bench.contenders import SPREAD, Contender
from bench.live import Effort, Results
from bench.tenancy import Measured

ONE, MANY = "Laike, one company", f"Laike, {SPREAD} companies"
PLAIN, SAME = "Node, plain INSERT", "Node, same work"
STOCK = "Flask-SocketIO, plain INSERT"
PAIRS = ((ONE, SAME), (ONE, STOCK), (MANY, SAME))
MOST_P99, MOST_KIB = 5.0, 60.0


@dataclass
class Row:
    """One comparison.  `ratio` is how many times better ours is; an aim is a ratio, or a limit for our own figure."""

    what: str
    ours: float
    unit: str
    beside: str = ""
    theirs: float | None = None
    less_is_better: bool = False
    aim_ratio: float | None = None
    aim_limit: float | None = None

    @property
    def ratio(self) -> float | None:
        if not self.theirs or not self.ours:
            return None
        return self.theirs / self.ours if self.less_is_better else self.ours / self.theirs

    @property
    def aim(self) -> str:
        if self.aim_limit is not None:
            return f"≤ {self.aim_limit:g} {self.unit}"
        return "" if self.aim_ratio is None else f"≥ {self.aim_ratio:g}×"

    @property
    def verdict(self) -> str:
        """A plain word."""
        if self.aim_limit is not None:
            return _verdict(self.aim_limit / self.ours)
        if self.aim_ratio is None:
            return ""
        return "not measured" if self.ratio is None else _verdict(self.ratio / self.aim_ratio)

    @property
    def cells(self) -> list[str]:
        theirs = "" if self.theirs is None else f"{_figure(self.theirs)} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}×"
        return [self.what, f"{_figure(self.ours)} {self.unit}", self.beside, theirs, ratio, self.aim, self.verdict]


def routing_row(few: float, many: float) -> Row:
    """Thousands of strategies beside a handful."""
    what, beside = "Who may receive a visitor, of 5,000 strategies", "of 5 strategies"
    return Row(what, many, "µs", beside, few, less_is_better=True, aim_ratio=0.5)


def counting_rows(free: float, limited: float) -> list[Row]:
    """At most one in a hundred of what a message costs anyway (93 µs)."""
    what = "CPU of counting a message for its company"
    return [
        Row(f"{what}, {state}", took, "µs", aim_limit=0.93) for state, took in (("no limit set", free), ("limited", limited))
    ]


def live_rows(results: Results, effort: Effort) -> list[Row]:
    """What a live process does, beside its peers."""
    rows = []
    for ours, aim in ((ONE, 1.0), (MANY, 0.6)):
        for theirs in (PLAIN, SAME, STOCK):
            what = f"Messages committed and acknowledged: {ours}"
            rows.append(
                _row(results, what, ours, theirs, "saturate", "per_second", "/s", aim_ratio=aim if theirs == PLAIN else None)
            )
    for ours, theirs in PAIRS:
        what = f"CPU of the server for each message: {ours}"
        rows.append(_row(results, what, ours, theirs, "saturate", "cpu_us", "µs", less_is_better=True))
    for rate in effort.rates:
        for ours, theirs in PAIRS:
            what, limit = f"99 of 100 acknowledged within, at {rate}/s: {ours}", MOST_P99 if rate == 1000 else None
            rows.append(_row(results, what, ours, theirs, f"{rate}/s", "ack_p99", "ms", less_is_better=True, aim_limit=limit))
    for theirs in (PLAIN, STOCK):
        rows.append(
            _row(
                results, "Memory of an idle socket", ONE, theirs, "idle", "kib", "KiB", less_is_better=True, aim_limit=MOST_KIB
            )
        )
    for theirs in (PLAIN, STOCK):
        rows.append(_row(results, "Visitors let in, with token, visit and welcome", ONE, theirs, "idle", "connects", "/s"))
    return rows


def tenancy_row(measured: Measured) -> Row:
    return Row(
        measured.what,
        measured.ours,
        "ms a company",
        "django-tenants",
        measured.peer,
        less_is_better=True,
        aim_ratio=measured.aim,
    )


def details(contenders: list[Contender], results: Results, effort: Effort) -> str:
    """Every figure of the live processes, with the lowest and highest round."""
    modes = [f"{rate}/s" for rate in effort.rates]
    head = [
        "server",
        "messages/s",
        "lowest – highest",
        "CPU µs",
        *(f"ack p50 / p99 ms at {mode}" for mode in modes),
        "load's own CPU",
    ]
    lines = []
    for contender in contenders:
        name = contender.name
        low, high = results.spread(name, "saturate", "per_second")
        latency = [
            f"{results.median(name, mode, 'ack_p50'):.2f} / {results.median(name, mode, 'ack_p99'):.2f}" for mode in modes
        ]
        figures = [results.median(name, "saturate", figure) for figure in ("per_second", "cpu_us", "own_cpu")]
        lines.append([name, f"{figures[0]:.0f}", f"{low:.0f} – {high:.0f}", f"{figures[1]:.0f}", *latency, f"{figures[2]:.0%}"])
    return table(head, lines)


def summary(rows: list[Row]) -> str:
    return table(["measured", "ours", "beside", "theirs", "ratio", "aim", "verdict"], [row.cells for row in rows])


def facts_list(facts: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())


def table(head: list[str], lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in (head, rule, *lines))


def _row(results: Results, what: str, ours: str, theirs: str, mode: str, figure: str, unit: str, **more) -> Row:
    return Row(what, results.median(ours, mode, figure), unit, theirs, results.median(theirs, mode, figure), **more)


def _verdict(share: float) -> str:
    return "met" if share >= 1 else f"missed by {1 - share:.0%}"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
