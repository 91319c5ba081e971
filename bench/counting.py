"""What counting and limiting by company add to each message that is posted, in a process that does nothing else.

The same steps as in `chat/conversations/posting.py`, in a loop: with no limit set, as nearly always, and for a company that has one.
"""

import statistics
import time

from tenants.platform.load import Load
from tenants.platform.load_limits import Allowances

MESSAGES, ROUNDS, COMPANIES = 200_000, 9, 500


def measure(say) -> tuple[float, float]:
    """Microseconds a message, without and with a limit in force."""
    say(f"counting {MESSAGES} messages of {COMPANIES} companies")
    free, limited = Allowances(), Allowances()
    limited.follow({(company_id, "messages"): 10**9 for company_id in range(COMPANIES)}, {})
    rounds = [(_each(free), _each(limited)) for _ in range(ROUNDS)]
    return tuple(statistics.median(of) for of in zip(*rounds, strict=True))


def _each(allowances: Allowances) -> float:
    load = Load()
    return max(0.0, _seconds(lambda id: _count(load, allowances, id)) - _seconds(lambda id: None)) / MESSAGES * 1e6


def _seconds(step) -> float:
    began = time.process_time()
    for number in range(MESSAGES):
        step(number % COMPANIES)
    return time.process_time() - began


def _count(load: Load, allowances: Allowances, company_id: int) -> None:
    allowances.need(company_id, "messages")
    load.of(company_id).messages += 1
