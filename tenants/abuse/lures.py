"""Whether a text lures people: speaks as a bank or another name they trust, asks for what nobody may ask, hides where a link leads.

Words in English, Simplified and Traditional Chinese.  A text may be wrong about nothing and still be found, and a clever
one is not: what is found is shown to an operator, and nothing follows by itself.
"""

import html
import ipaddress
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from tenants.abuse.brands import BRANDS, Brand

SHOWN = 80
# Small letters of other scripts, and digits among letters, that are read as Latin ones.
_LOOKS_LIKE = str.maketrans("аеорсухіјѕԁһԛԝӏοανρτυικ", "aeopcyxijsdhqwloavptuik")
_READ_AS = str.maketrans("013457", "oleast")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?…,;:\n。！？，；：、]+(?=\s|$|[^\x00-\x7f])|[\n。！？，；：]+")
# As whom somebody speaks who is not who he says, and what he says has happened.
_ALARM = re.compile(
    r"security (?:cent(?:er|re)|team|department|alert)|account (?:team|support|department|service)|customer (?:service|support)"
    r"|official (?:support|service)|fraud (?:department|team)|(?:verify|confirm|unlock|restore|validate) your (?:account|identity|card|wallet)"
    r"|account (?:has been |is |was )?(?:temporarily )?(?:suspended|limited|locked|blocked|frozen|restricted)|unusual (?:activity|sign-?in)"
    r"|安全中心|官方客服|客服中心|风控|風控|冻结|凍結|解冻|解凍|(?:账户|帐户|账号|帳戶|帳號)(?:已被|已經|已经|存在|出現|出现)?(?:异常|異常|限制|停用|锁定|鎖定)"
    r"|(?:验证|驗證|核实|核實|认证|認證)(?:您|你)?的?(?:账户|帐户|账号|帳戶|帳號|身份|身分)|退款(?:专员|專員)|理赔(?:专员|中心)|理賠(?:專員|中心)"
)
_ASKS = re.compile(
    r"\b(?:enter|send|provide|give|tell|confirm|type|reply with|share|verify|submit|text|upload|need)\b[^.!?]{0,40}?"
    r"\b(?:pass(?:word|code)|pin(?: code| number)?|card (?:number|details)|cvv|cvc|security code|one[- ]time (?:code|password)|otp"
    r"|verification code|social security|ssn|id (?:number|card)|passport number|seed phrase|recovery phrase|private key)\b"
    r"|(?:请|請|输入|輸入|提供|发送|發送|告知|告诉|告訴|填写|填寫|回复|回覆|回復|确认|確認|上传|上傳).{0,14}?"
    r"(?:密码|密碼|卡号|卡號|银行卡|銀行卡|信用卡|验证码|驗證碼|身份证|身份證|身分證|安全码|安全碼|助记词|助記詞|私钥|私鑰|cvv)"
)
_NOT = re.compile(
    r"\b(?:never|not|don't|doesn't|won't|no one|nobody|without)\b|不要|请勿|請勿|切勿|不会|不會|绝不|絕不|从不|從不|勿|别|別|无需|無需|不需|不用|不必|不得|不能"
)
_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s\"'<>()，。；]+", re.IGNORECASE)
SHORTENERS = frozenset(
    ["bit.ly", "cutt.ly", "dwz.cn", "goo.gl", "is.gd", "lihi.cc", "ow.ly", "pse.is", "rebrand.ly", "reurl.cc", "s.id", "shorturl.at",
     "suo.im", "t.cn", "t.co", "t.ly", "tinyurl.com", "url.cn", "v.gd"]
)  # fmt: skip
# Where companies that mean well lead their visitors too.
USUAL = frozenset(
    ["amap.com", "bilibili.com", "douyin.com", "facebook.com", "goo.gl", "google.com", "instagram.com", "line.me", "linkedin.com",
     "m.me", "pinterest.com", "qq.com", "shopee.tw", "t.me", "taobao.com", "telegram.me", "tiktok.com", "tmall.com", "twitter.com",
     "vimeo.com", "wa.me", "weibo.com", "weixin.qq.com", "whatsapp.com", "x.com", "xiaohongshu.com", "youku.com", "youtu.be",
     "youtube.com", "zhihu.com"]
)  # fmt: skip


class Lure(NamedTuple):
    """What was found: one of the kinds of tenants/abuse/signals.py, and the words."""

    kind: str
    found: str


def lures_in(text: str, own_hosts: Collection[str] = ()) -> list[Lure]:
    """What is wrong with a text, rich or plain.  `own_hosts` are the company's own domains; without any, no link counts as foreign."""
    words = html.unescape(_TAG.sub("", text))
    read = skeleton(words)
    return [*_voices(words, read), *_questions(read), *_links(text, own_hosts)]


def lure_in_name(name: str, own_hosts: Collection[str] = ()) -> Lure | None:
    """Whether a company calls itself like somebody whom people trust, and is not at home there."""
    brand = next((brand for brand, _word in _brands_in(skeleton(name))), None)
    if brand is None or any(is_under(host, brand.domains) for host in own_hosts):
        return None
    return Lure("brand", name[:SHOWN])


def skeleton(text: str) -> str:
    """A text as the eye reads it: small letters, one width, without what is invisible, other scripts' twins as Latin letters."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    # “PayPaI”: a capital in the wrong place.
    plain = re.sub("(?<=[a-z])I(?![a-z])", "l", plain).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))
    return re.sub(r"[^\W_]+", _without_tricks, unicodedata.normalize("NFC", bare).translate(_LOOKS_LIKE))


def is_under(host: str, domains: Collection[str]) -> bool:
    """Whether a host is one of these domains, or below one."""
    parts = host.casefold().split(".")
    return any(".".join(parts[at:]) in domains for at in range(len(parts)))


def _without_tricks(word: re.Match) -> str:
    # “paypa1”, but neither “4s” nor “2024”.
    letters = sum(sign.isascii() and sign.isalpha() for sign in word[0])
    return word[0].translate(_READ_AS) if letters >= 4 else word[0]


def _brands_in(read: str) -> Iterator[tuple[Brand, str]]:
    for brand, names in _PATTERNS:
        if found := names.search(read):
            yield brand, found[0]


def _pattern(brand: Brand) -> re.Pattern:
    return re.compile("|".join(rf"\b{name}{_END}" if name.isascii() else name for name in brand.names))


# A name stands alone or has grown together with what follows, as in “paypalsupport”; “amazonia” is another word.
_END = r"(?=\b|s\b|account|bank|card|customer|help|login|official|online|pay|secur|service|support|verif|wallet)"
_PATTERNS = [(brand, _pattern(brand)) for brand in BRANDS]


def _voices(text: str, read: str) -> Iterator[Lure]:
    """Who speaks as a brand: names it beside an alarm, or writes it with letters of another script."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    alarm = _ALARM.search(read)
    for _brand, word in _brands_in(read):
        if alarm or (word.isascii() and word not in plain):
            yield Lure("brand", _around(read, read.index(word), alarm.end() if alarm else 0))
            return


def _questions(read: str) -> Iterator[Lure]:
    for clause in _CLAUSE.split(read):
        asked = _ASKS.search(clause)
        if asked and not _NOT.search(clause, 0, asked.end()):
            yield Lure("secrets", asked[0][:SHOWN])
            return


def _links(text: str, own_hosts: Collection[str]) -> Iterator[Lure]:
    for address in dict.fromkeys(found[0] for found in _LINK.finditer(text)):
        if kind := _kind_of_link(address, own_hosts):
            yield Lure(kind, address[:SHOWN])


def _kind_of_link(address: str, own_hosts: Collection[str]) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "deceptive_link"
    if not host or is_under(host, own_hosts):
        return ""
    if parts.username is not None or _is_address(host) or host in SHORTENERS or _pretends(host):
        return "deceptive_link"
    return "foreign_link" if own_hosts and not is_under(host, USUAL) else ""


def _pretends(host: str) -> bool:
    """“paypal.secure-login.example”, “xn--pypal-4ve.com”: a brand's name where the brand is not at home."""
    try:
        seen = host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return True
    return any(not is_under(host, brand.domains) for brand, _word in _brands_in(skeleton(re.sub(r"[.-]", " ", seen))))


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _around(read: str, begin: int, end: int) -> str:
    first = max(0, min(begin, end - SHOWN))
    return " ".join(read[first : first + SHOWN].split())
