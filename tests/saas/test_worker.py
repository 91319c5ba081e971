import ast
import json
import subprocess
import sys

from packages import PACKAGES, ROOT

NOWHERE = "postgresql://nobody@127.0.0.1:1/laike"
GOOD = {
    "SECRET_KEY": "x7" * 20, "TENANT_DATABASE_URL": NOWHERE, "PLATFORM_DATABASE_URL": NOWHERE,
    "REDIS_URL": "redis://127.0.0.1:1", "MAIL_URL": "catcher:",
}  # fmt: skip


def jobs_in_the_source() -> set[str]:
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "job" for one in node.decorator_list):
                    found.add(node.name)
    return found


def test_a_worker_knows_every_job():
    """A worker makes the application, and no request comes that would import the rest."""
    say = f"""
import json
from core.jobs import JOBS
from saas import config
from saas.app import create_app
create_app(config.read({GOOD}))
print(json.dumps(sorted(JOBS)))
"""
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", say], cwd=ROOT, capture_output=True, text=True, check=True)

    assert jobs_in_the_source() == set(json.loads(told.stdout))


def test_finds_the_jobs():
    assert {"send_invitation", "announce_offline_message"} <= jobs_in_the_source()
