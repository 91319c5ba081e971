"""`python -m saas.stripe_double`: HOST, PORT, STRIPE_DOUBLE_FILE to remember things in, and STRIPE_DOUBLE_TELLS, the
address it sends webhooks to, signed with STRIPE_WEBHOOK_SECRET.  SIGTERM ends it."""

import os
import signal
import threading
from pathlib import Path

from saas.config import Reader
from saas.stripe_double.server import Double
from saas.stripe_double.webhooks import tell

setting = Reader(os.environ)
file = os.environ.get("STRIPE_DOUBLE_FILE")
double = Double(setting.text("HOST", "127.0.0.1"), setting.number("PORT", 8003), Path(file) if file else None)
if tells := os.environ.get("STRIPE_DOUBLE_TELLS"):
    tell(double.world, tells, setting.text("STRIPE_WEBHOOK_SECRET"))
told_to_stop = threading.Event()
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: told_to_stop.set())
double.start()
told_to_stop.wait()
double.stop()
