"""What went wrong, told without a word that anybody wrote: errors quote rows, addresses and messages."""

import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NOT_OURS = ROOT / ".venv"


def told(error: BaseException) -> str:
    """The kind of error and where in our code it came from: "SMTPServerDisconnected at core/mail.py:86"."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    kind = f"{type(error).__name__} {state}" if state else type(error).__name__
    return f"{kind} at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else kind


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(ROOT) and not path.is_relative_to(_NOT_OURS)
