"""Passwords that have leaked: a list kept beside the program, so that no password, nor a part of its hash, leaves the house.

`BREACHED_PASSWORDS_FILES` names the Pwned Passwords list as its downloader writes it into one file: a line for each SHA-1
in hexadecimal and how often it was seen, sorted by hash (https://haveibeenpwned.com/Passwords).  Without one, zxcvbn's
own words must do.
"""

import hashlib
import mmap
from pathlib import Path


class BreachedPasswords:
    """The sorted list, searched where it lies: its thousand million lines are never read."""

    def __init__(self, path: Path):
        with path.open("rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __contains__(self, password: str) -> bool:
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        first, last = 0, len(self._lines)
        while first < last:
            begin, line = self._line_at((first + last) // 2)
            found = line[: len(wanted)].upper()
            if found == wanted:
                return True
            if found < wanted:
                first = begin + len(line) + 1
            else:
                last = begin
        return False

    def _line_at(self, place: int) -> tuple[int, bytes]:
        """The line that this place is part of, and where it begins."""
        begin = self._lines.rfind(b"\n", 0, place) + 1
        end = self._lines.find(b"\n", begin)
        return begin, self._lines[begin : end if end >= 0 else len(self._lines)]
