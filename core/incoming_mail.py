"""Mail in: what a person wrote, out of whatever arrives.

Anybody may send anything here.  Of a mail we keep plain text, cut where it quotes the one it answers; HTML becomes text,
attachments are dropped, and what machines sent is told apart (RFC 3834), so that no two of them ever write to each other.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Self

from core.text import tidy, tidy_email, tidy_lines

LONGEST = 20_000
# Of what is turned into text, and of all the headers that may name a thread.
HTML_AT_MOST = 300_000
HEADERS_AT_MOST = 8_000
PARTS_AT_MOST = 50
# Where the one we sent is named, the surest place first.
ADDRESSED_IN = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "In-Reply-To", "References")
_BY_MACHINES = {"bulk", "junk", "list", "auto_reply"}
_NOT_READ = {"script", "style", "head", "title", "blockquote", "template"}
_NEW_LINE = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"}

# The line above what is quoted, as mail programs write it.
_QUOTED_BELOW = re.compile(
    r"""
    On\b.{1,200}\bwrote:$
    | .{0,200}(写道|寫道|来信|來信)\s*[:：]$
    | [-_*\s]{3,}\s*(Original(\ Message|\ Appointment)?|Reply\ message|原始邮件|原始郵件|原邮件|回复的原邮件|轉寄郵件|Forwarded\ message)\s*[-_*\s]*$
    | _{20,}$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENDER_LINE = re.compile(r"\*?(From|发件人|寄件者|寄件人)\*?\s*[:：]")
_SENT_LINE = re.compile(r"\*?(Sent|Date|To|发送时间|日期|收件人|寄件日期|傳送時間)\*?\s*[:：]")


@dataclass(frozen=True)
class IncomingMail:
    """`addressed_to` is the text of all headers that may name the thread it belongs to."""

    id: str
    sender: str
    addressed_to: str
    subject: str
    text: str
    attachments: int = 0
    is_automatic: bool = False

    @classmethod
    def read(cls, raw: bytes) -> Self | None:
        """From the bytes of a mail (RFC 5322); None for what cannot be read as one."""
        try:
            return cls._read(raw)
        # The parser was written for mails people send: nested a thousand deep it recurses, and odd headers break it in
        # ways of their own.  Such a mail is nobody's answer.
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            return None

    @classmethod
    def _read(cls, raw: bytes) -> Self:
        mail = message_from_bytes(raw)
        body, attachments = _body(mail)
        sender = parseaddr(_header(mail, "From")[:1000])[1]
        return cls(
            id=tidy(_header(mail, "Message-ID"), 250) or f"<{hashlib.sha256(raw).hexdigest()}>",
            sender=tidy_email(sender),
            addressed_to=" ".join(" ".join(map(str, mail.get_all(name, [])))[:HEADERS_AT_MOST] for name in ADDRESSED_IN),
            subject=tidy(_decoded(_header(mail, "Subject")[:1000]), 200),
            text=said_in(body),
            attachments=attachments,
            is_automatic=_is_automatic(mail, sender),
        )


def said_in(body: str) -> str:
    """What somebody wrote, without what he quotes.  If all of it looks quoted, all of it."""
    lines = tidy_lines(body, LONGEST * 4).split("\n")
    end = next((at for at in range(len(lines)) if _quotes_below(lines, at)), len(lines))
    said = "\n".join(line for line in lines[:end] if not line.lstrip().startswith(">"))
    return (re.sub(r"\n{3,}", "\n\n", said).strip() or "\n".join(lines))[:LONGEST]


def text_of(html: str) -> str:
    """The words of an HTML mail, without what it quotes."""
    reader = _Words()
    try:
        reader.feed(html[:HTML_AT_MOST])
        reader.close()
    except AssertionError:
        # Python's parser gives up on some declarations no browser minds.  What was read so far counts.
        pass
    return "".join(reader.words)


def _is_automatic(mail: Message, sender: str) -> bool:
    said = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        said not in ("", "no")
        or _header(mail, "Precedence").strip().lower() in _BY_MACHINES
        or any(name in mail for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or mail.get_content_type() == "multipart/report"
        or _header(mail, "Return-Path").strip() == "<>"
        or "@" not in sender
        or sender.partition("@")[0].lower() in ("mailer-daemon", "postmaster")
    )


def _body(mail: Message) -> tuple[str, int]:
    """Its text, plain if there is any, and how many attachments it has."""
    parts = [part for part in mail.walk() if not part.is_multipart()]
    texts = [part for part in parts[:PARTS_AT_MOST] if part.get_content_maintype() == "text" and not part.get_filename()]
    plain = next((_text_in(part) for part in texts if part.get_content_subtype() == "plain"), "")
    html = next((_text_in(part) for part in texts if part.get_content_subtype() == "html"), "")
    attachments = sum(part.get_content_maintype() != "text" or bool(part.get_filename()) for part in parts)
    return plain if plain.strip() else text_of(html), attachments


def _text_in(part: Message) -> str:
    held = part.get_payload(decode=True) or b""
    try:
        return held.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return held.decode("utf-8", "replace")


def _header(mail: Message, name: str) -> str:
    return str(mail.get(name, ""))


def _decoded(text: str) -> str:
    """A header as people read it."""
    return str(make_header(decode_header(text)))


def _quotes_below(lines: list[str], at: int) -> bool:
    """Whether only quoted text follows from this line on."""
    line = lines[at].strip()
    following = next((text.strip() for text in lines[at + 1 :] if text.strip()), "")
    if _QUOTED_BELOW.match(line):
        return True
    # "On … wrote:" is broken into two lines where it is long.
    if line.startswith("On ") and following.endswith("wrote:") and len(line) + len(following) < 300:
        return True
    if line.endswith((":", "：")) and following.startswith(">"):
        return True
    return bool(_SENDER_LINE.match(line)) and any(_SENT_LINE.match(text.strip()) for text in lines[at + 1 : at + 5])


class _Words(HTMLParser):
    """Collects the words, and how deep we are in what is not read."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in _NOT_READ or "gmail_quote" in (dict(attrs).get("class") or ""):
            self._hidden.append(tag)
        elif tag in _NEW_LINE:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag in ("p", "div", "li", "tr"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(" ".join(data.split("\n")))
