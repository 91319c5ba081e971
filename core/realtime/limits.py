"""How fast one caller, and one company, may send.  Counted in this process: no round trip before a message."""

import time

SWEEP_ABOVE = 10_000


class Buckets:
    """Token buckets by key: `burst` at once, `per_second` in the long run.  A full bucket is forgotten."""

    def __init__(self, per_second: float, burst: int):
        self.per_second, self.burst = per_second, burst
        self._buckets: dict[object, list[float]] = {}

    def take(self, key, now=time.monotonic) -> bool:
        """Take one token.  False when there is none."""
        moment = now()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._add(key, moment)
        tokens = min(self.burst, bucket[0] + (moment - bucket[1]) * self.per_second)
        bucket[1] = moment
        if tokens < 1:
            bucket[0] = tokens
            return False
        bucket[0] = tokens - 1
        return True

    def _add(self, key, moment: float) -> list[float]:
        if len(self._buckets) >= SWEEP_ABOVE:
            self._forget_full(moment)
        bucket = self._buckets[key] = [self.burst, moment]
        return bucket

    def _forget_full(self, moment: float) -> None:
        seconds_to_fill = self.burst / self.per_second
        self._buckets = {key: b for key, b in self._buckets.items() if moment - b[1] < seconds_to_fill}
