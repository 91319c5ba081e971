"""In development: SMS are not sent but kept in a folder, which a page shows beside the caught mails."""

import json
import uuid
from pathlib import Path

from flask import current_app

from core.clock import now
from sms.gateways.gateway import Accepted, Letter, Report


class Catcher:
    """Takes everything, tells nobody."""

    name = "catcher"

    @classmethod
    def from_url(cls, url: str) -> "Catcher":
        return cls()

    def send(self, letter: Letter) -> Accepted:
        folder = caught_folder()
        folder.mkdir(parents=True, exist_ok=True)
        written = {"to": letter.to, "text": letter.text, "at": now().isoformat()}
        (folder / f"{now():%Y%m%d%H%M%S%f}-{uuid.UUID(letter.reference).hex[:8]}.json").write_text(json.dumps(written))
        return Accepted(letter.reference)

    def ask_about(self, letter: Letter) -> Accepted | None:
        return self.send(letter)

    def read_report(self, request) -> Report | None:
        return None


def caught_folder() -> Path:
    return Path(current_app.config["FILES_DIR"]) / "caught_sms"


def caught() -> list[dict]:
    """All that was caught, newest first: {"to", "text", "at"}."""
    return [json.loads(path.read_text()) for path in sorted(caught_folder().glob("*.json"), reverse=True)]
