"""Opens tenants, numbered from the first argument to before the second, and prints, as JSON, how long each took (seconds)."""

import json
import sys
import time

import django

django.setup()

from customers.models import Client  # noqa: E402


def provision(number: int) -> float:
    began = time.perf_counter()
    Client(schema_name=f"peer_{number}", name="x").save(verbosity=0)
    return time.perf_counter() - began


print(json.dumps([provision(number) for number in range(int(sys.argv[1]), int(sys.argv[2]))]))
