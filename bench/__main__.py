"""`python -m bench` measures everything (up to ten minutes), `python -m bench --quick` the same roughly (two)."""

import argparse
import os
import time
from pathlib import Path

from bench import counting, live, machine, portal, report, routing, tenancy, watching

ROOT = Path(__file__).parents[1]
VAR = Path(os.environ.get("LAIKE_BENCH_VAR", ROOT / "var" / "bench"))
PARTS = ("live", "watching", "tenancy", "routing", "portal", "counting")


def main() -> None:
    wish = _wish()
    machine.refuse_unfit()
    VAR.mkdir(parents=True, exist_ok=True)
    began, facts, rows, parts = time.monotonic(), machine.facts(VAR), [], []
    effort = live.QUICK if wish.quick else live.FULL
    if wish.only in (None, "live"):
        contenders, results = live.measure(VAR, effort, say)
        rows += report.live_rows(results, effort)
        parts.append("Each server of the first part by itself (medians):\n\n" + report.details(contenders, results, effort))
    if wish.only in (None, "watching"):
        rows += watching.measure(VAR, watching.QUICK if wish.quick else watching.FULL, say)
    if wish.only in (None, "tenancy"):
        say("opening and migrating companies")
        companies, sample = (50, 6) if wish.quick else (200, 30)
        tenancy.run(lambda measured: rows.append(report.tenancy_row(measured)), companies, sample)
    if wish.only in (None, "routing"):
        rows.append(report.routing_row(*routing.measure(say)))
    if wish.only in (None, "portal"):
        rows += portal.measure(VAR, 10_000, 5 if wish.quick else 25, say)
    if wish.only in (None, "counting"):
        rows += report.counting_rows(*counting.measure(say))
    facts["took"] = f"{time.monotonic() - began:.0f} s, rounds: {effort.rounds}; load after {os.getloadavg()[0]:.1f}"
    text = "\n\n".join([report.summary(rows), *parts, "Machine:\n\n" + report.facts_list(facts)])
    (VAR / "report.md").write_text(f"# Measured\n\n{text}\n")
    print(f"\n{text}\n\nAlso in {VAR / 'report.md'}")


def say(what: str) -> None:
    print(f"· {what} …", flush=True)


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, 500 idle sockets, fewer companies")
    parser.add_argument("--only", choices=PARTS, help="measure only this part")
    return parser.parse_args()


if __name__ == "__main__":
    main()
