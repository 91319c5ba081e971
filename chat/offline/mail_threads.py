"""The address under which answers to our mails come back into their thread.

It carries which company and which message, and a mark only we can have made: whoever makes one up writes into nobody's
thread (FreeScout CVE-2026-47123 is what happens without).  All in small letters and digits, because mail servers may change
the case.  What comes in under it is the visitor's word, never an agent's.
"""

import re
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from flask import current_app

from core.tokens import is_marked, mark

PURPOSE = "mail thread"
_TOKEN = re.compile(r"(?<![0-9])([0-9]{1,18})-([0-9]{1,18})-([a-z2-7]{24})(?![a-z2-7])")


class Thread(NamedTuple):
    company_id: int
    offline_message_id: int

    @classmethod
    def named_in(cls, text: str) -> Self | None:
        """The first thread of ours that is named in a mail's headers, or None."""
        for company_id, message_id, marked in _TOKEN.findall(text.lower()):
            if is_marked(PURPOSE, f"{company_id}-{message_id}", marked):
                return cls(int(company_id), int(message_id))
        return None

    @property
    def token(self) -> str:
        name = f"{self.company_id}-{self.offline_message_id}"
        return f"{name}-{mark(PURPOSE, name)}"

    @property
    def address(self) -> str:
        """`reply+token@…`, where `REPLY_ADDRESS` is `reply@…` (RFC 5233: subaddressing)."""
        name, _, domain = current_app.config["REPLY_ADDRESS"].partition("@")
        return f"{name}+{self.token}@{domain}"

    def mail_id(self, reply_id: int) -> str:
        """The Message-ID of one of our mails: answers name it, also when the address is lost on the way."""
        return f"<{reply_id}.{self.token}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}>"
