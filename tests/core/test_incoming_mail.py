from email.message import EmailMessage

import pytest

from core.incoming_mail import LONGEST, IncomingMail, said_in, text_of


def letter(text: str = "Hello", kind: str = "plain", **headers: str) -> bytes:
    mail = EmailMessage()
    usual = {"From": "Li <Li@mail.example>", "To": "reply+x@localhost", "Message-ID": "<1@x>", "Subject": "Re: 帽子"}
    for name, value in (usual | headers).items():
        mail[name] = value
    mail.set_content(text, subtype=kind)
    return bytes(mail)


def test_reads_who_wrote_what():
    mail = IncomingMail.read(letter("你好"))

    assert (mail.id, mail.sender, mail.subject, mail.text) == ("<1@x>", "li@mail.example", "Re: 帽子", "你好")
    assert "reply+x@localhost" in mail.addressed_to
    assert not mail.is_automatic


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 23 Nov 2026 at 09:00, Acme <no-reply@localhost> wrote:\n> Hello",
        "On Mon, 23 Nov 2026 at 09:00, Acme\n<no-reply@localhost> wrote:\n> Hello",
        "在 2026年11月23日，Acme <no-reply@localhost> 写道：\n\n> Hello",
        "Acme <no-reply@localhost> 於 2026年11月23日 週一 09:00 寫道：\n\n> Hello",
        "-----Original Message-----\nFrom: Acme\nHello",
        "------------------ 原始邮件 ------------------\n发件人: Acme\nHello",
        "________________________________\nFrom: Acme\nHello",
        "From: Acme\nSent: Monday\nTo: Li\n\nHello",
        "发件人： Acme\n发送时间： 2026年11月23日\n\nHello",
        "Le lun. 23 nov. 2026, Acme a écrit :\n> Hello",
        "> Hello\n> there",
    ],
)
def test_leaves_out_what_is_quoted(quoted):
    assert said_in(f"Thank you.\n\nLi\n\n{quoted}\n") == "Thank you.\n\nLi"


@pytest.mark.parametrize(
    "text",
    ["On Monday I wrote: nothing else", "From: here to there\nit is far", "5 > 3", "He said:\nyes", "-- \nLi", "___"],
)
def test_leaves_in_what_only_looks_like_it(text):
    assert said_in(text) == text.strip()


def test_if_all_of_it_looks_quoted_all_of_it_counts():
    assert said_in("> Hello\n> there") == "> Hello\n> there"


def test_cuts_what_is_too_long():
    assert len(said_in("x" * 10 * LONGEST)) == LONGEST


def test_html_becomes_text_and_what_could_run_is_gone():
    html = (
        "<style>p{}</style><p>Hello <b>there</b></p><script>alert(1)</script><p>5 &lt; 6</p><img src=x onerror=alert(1)>"
        '<blockquote>quoted</blockquote><div class="gmail_quote">quoted</div>'
    )
    mail = IncomingMail.read(letter(html, "html"))

    assert mail.text == "Hello there\n\n5 < 6"


@pytest.mark.parametrize("html", ["<![foo", "<!doctype [<!", "<p" * 5000, "</" * 5000, "&" * 5000, "<a" + " b='c'" * 5000])
def test_odd_html_breaks_nothing(html):
    assert "Hello" in text_of(f"<p>Hello</p>{html}")


def test_plain_text_counts_more_than_html_and_attachments_are_counted():
    mail = EmailMessage()
    mail["From"] = "li@mail.example"
    mail.set_content("plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="x.pdf")
    mail.add_attachment("secret text", filename="x.txt")

    read = IncomingMail.read(bytes(mail))

    assert (read.text, read.attachments) == ("plain", 2)


NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3000))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 1000,
        b"Subject: =?utf-8?b?////?= =?x-unknown?q?a?=\r\nFrom: a@b.example\r\n\r\nx",
        b"From: " + b"<" * 100_000 + b"\r\n\r\nx",
        b"To: " + b"a@b.example, " * 50_000 + b"\r\nFrom: a@b.example\r\n\r\nx",
        b"Content-Type: text/plain; charset=\"no such\"\r\nFrom: a@b.example\r\n\r\n\xff\xfe",
        b"Content-Type: text/plain; charset=\"a\x00b\"\r\nFrom: a@b.example\r\n\r\nx",
        b"Content-Transfer-Encoding: base64\r\nFrom: a@b.example\r\n\r\n!!!!",
        b"Content-Type: multipart/mixed\r\nFrom: a@b.example\r\n\r\nx",
        b"Auto-Submitted: =?utf-8?q?no?=\r\nReturn-Path:\r\nFrom: a@b.example\r\n\r\nx",
        NESTED,
    ],
    ids=range(11),
)  # fmt: skip
def test_hostile_mails_are_read_or_not_and_break_nothing(raw):
    mail = IncomingMail.read(raw)

    assert mail is None or isinstance(mail.text, str)


@pytest.mark.parametrize("says", ["no", "No", ""])
def test_a_person_may_say_that_he_is_one(says):
    headers = {"Auto-Submitted": says} if says else {}

    assert not IncomingMail.read(letter(**headers)).is_automatic
