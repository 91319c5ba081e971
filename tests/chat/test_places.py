"""Where an address is, by a small database of places made for these tests."""

import ipaddress
import struct
from typing import NamedTuple

import maxminddb
import pytest

from chat.places import NOWHERE, Place, Places, country_name, place_of
from saas import config
from saas.config import ConfigError

SHENZHEN = {
    "country": {"iso_code": "CN", "names": {"en": "China"}},
    "subdivisions": [{"names": {"en": "Guangdong", "zh-CN": "广东"}}],
    "city": {"names": {"en": "Shenzhen", "zh-CN": "深圳"}},
}
MUNICH = {
    "country": {"iso_code": "DE"},
    "subdivisions": [{"names": {"en": "Bavaria", "zh-CN": "巴伐利亚"}}],
    "city": {"names": {"en": "Munich"}},
}
BEIJING = {
    "country": {"iso_code": "CN"},
    "subdivisions": [{"names": {"en": "Beijing", "zh-CN": "北京"}}],
    "city": {"names": {"en": "Beijing", "zh-CN": "北京"}},
}
NETWORKS = {
    "1.2.0.0/16": SHENZHEN,
    "5.6.7.0/24": MUNICH,
    "8.8.8.0/24": {"country": {"iso_code": "US"}},
    "2400:3200::/32": BEIJING,
}


@pytest.fixture(scope="module")
def places_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "places.mmdb"
    path.write_bytes(database(NETWORKS))
    return path


@pytest.fixture
def places(places_file) -> Places:
    return Places(places_file)


@pytest.mark.parametrize(
    ("ip", "english", "simplified", "traditional"),
    [
        ("1.2.3.4", "China, Guangdong, Shenzhen", "广东 深圳", "广东 深圳"),
        ("5.6.7.8", "Germany, Bavaria, Munich", "德国 巴伐利亚 Munich", "德國 巴伐利亚 Munich"),
        ("8.8.8.8", "United States", "美国", "美國"),
        ("2400:3200::1", "China, Beijing", "北京", "北京"),
        ("::ffff:1.2.3.4", "China, Guangdong, Shenzhen", "广东 深圳", "广东 深圳"),
    ],
)
def test_names_in_the_readers_language(places, ip, english, simplified, traditional):
    place = places.place_of(ip)

    assert place.name_in("en") == english
    assert place.name_in("zh_Hans") == simplified
    assert place.name_in("zh_Hant") == traditional


def test_the_parts_are_there_for_who_routes_by_them(places):
    place = places.place_of("1.2.3.4")

    assert place.country == "CN"
    assert place.province["en"] == "Guangdong"
    assert place.city["zh-CN"] == "深圳"


@pytest.mark.parametrize(
    "ip", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fe80::1", "9.9.9.9", "", "nonsense", "1.2.3.4.5"]
)
def test_nobody_knows_where_these_are(places, ip):
    assert places.place_of(ip) == NOWHERE
    assert NOWHERE.name_in("en") == ""


def test_without_a_database_nobody_knows_anything(app, context):
    assert place_of("1.2.3.4").name_in("zh_Hans") == ""


def test_what_was_looked_up_is_remembered(places):
    for _ in range(3):
        places.place_of("1.2.3.4")

    assert places.place_of.cache_info().hits == 2


def test_a_file_that_is_no_database_is_refused_at_start(tmp_path):
    path = tmp_path / "places.mmdb"
    path.write_bytes(b"something else")

    with pytest.raises(maxminddb.InvalidDatabaseError):
        Places(path)


def test_a_file_that_is_not_there_is_refused_at_start(settings, tmp_path):
    reader = config.Reader({"PLACES_FILE": str(tmp_path / "missing.mmdb")})

    with pytest.raises(ConfigError, match="PLACES_FILE=.*: there is no such file"):
        reader.file("PLACES_FILE")
    assert config.Reader({}).file("PLACES_FILE") is None


def test_countries_have_names_without_any_database():
    assert country_name("FR", "zh_Hant") == "法國"
    assert country_name("", "en") == country_name("ZZZ", "en") == country_name("FR", "??") == ""


def test_a_country_is_said_where_it_says_something():
    assert Place("CN").name_in("zh_Hans") == "中国"
    assert Place("CN", {"zh-CN": "广东"}).name_in("zh_Hans") == "广东"
    assert Place("CN", {"en": "Guangdong"}).name_in("en") == "China, Guangdong"


def database(networks: dict[str, dict]) -> bytes:
    """A database in the MaxMind format, version 2.0: a tree of 32-bit records, the data, and what it is."""
    tree = Tree()
    data, offsets = b"", {}
    for network, value in networks.items():
        offsets[network], data = len(data), data + encoded(value)
    for network, offset in offsets.items():
        tree.add(ipaddress.ip_network(network), offset)
    metadata = {
        "node_count": Number(6, len(tree.nodes)),
        "record_size": Number(5, 32),
        "ip_version": Number(5, 6),
        "database_type": "Places",
        "languages": ["en"],
        "binary_format_major_version": Number(5, 2),
        "binary_format_minor_version": Number(5, 0),
        "build_epoch": Number(9, 1),
        "description": {"en": "Test"},
    }
    return tree.packed() + b"\0" * 16 + data + b"\xab\xcd\xefMaxMind.com" + encoded(metadata)


class Number(NamedTuple):
    """A number without sign; `kind` 5 has 16 bits, 6 has 32, 9 has 64."""

    kind: int
    value: int


class Tree:
    """Nodes of two branches each: the number of another node, or where a place begins in the data."""

    def __init__(self):
        self.nodes: list[list] = [[None, None]]

    def add(self, network, offset: int) -> None:
        # An address of version 4 is one of version 6 that begins with zeros.
        length = network.prefixlen + (96 if network.version == 4 else 0)
        address, at = int(network.network_address), 0
        bits = [(address >> (127 - depth)) & 1 for depth in range(length)]
        for bit in bits[:-1]:
            if self.nodes[at][bit] is None:
                self.nodes.append([None, None])
                self.nodes[at][bit] = len(self.nodes) - 1
            at = self.nodes[at][bit]
        self.nodes[at][bits[-1]] = ("data", offset)

    def packed(self) -> bytes:
        return b"".join(struct.pack("!II", *map(self._record, node)) for node in self.nodes)

    def _record(self, branch) -> int:
        if branch is None:
            return len(self.nodes)
        return len(self.nodes) + 16 + branch[1] if isinstance(branch, tuple) else branch


def encoded(value) -> bytes:
    if isinstance(value, dict):
        return control(7, len(value)) + b"".join(encoded(key) + encoded(one) for key, one in value.items())
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encoded, value))
    if isinstance(value, Number):
        size = {5: 2, 6: 4, 9: 8}[value.kind]
        return control(value.kind, size) + value.value.to_bytes(size, "big")
    return control(2, len(value.encode())) + value.encode()


def control(kind: int, size: int) -> bytes:
    assert size < 29
    return bytes([kind << 5 | size]) if kind < 8 else bytes([size, kind - 7])
