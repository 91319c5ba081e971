"""Where an address is: by a small database made for these tests, and by the one that comes with the product."""

import ipaddress
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import maxminddb
import pytest

from chat.places.places import NOWHERE, OURS, Place, Places, place_of
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
    "9.1.0.0/16": {"country": {"iso_code": "US"}, "subdivisions": [{"iso_code": "CA", "names": {"en": "Calif."}}]},
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
        ("1.2.3.4", "China, Guangdong, Shenzhen", "广东 深圳", "廣東 深圳"),
        ("5.6.7.8", "Germany, Bayern, Munich", "德国 巴伐利亚 Munich", "德國 巴伐利亚 Munich"),
        ("9.1.2.3", "United States, California", "美国 加利福尼亚州", "美國 加利福尼亞"),
        ("8.8.8.8", "United States", "美国", "美國"),
        ("2400:3200::1", "China, Beijing", "北京", "北京"),
        ("::ffff:1.2.3.4", "China, Guangdong, Shenzhen", "广东 深圳", "廣東 深圳"),
    ],
)
def test_names_in_the_readers_language(places, ip, english, simplified, traditional):
    place = places.place_of(ip)

    assert place.name_in("en") == english
    assert place.name_in("zh_Hans") == simplified
    assert place.name_in("zh_Hant") == traditional


def test_the_parts_are_there_for_who_routes_by_them(places):
    place = places.place_of("1.2.3.4")

    assert place.codes == ("CN", "CN-GD", "440300")


@pytest.mark.parametrize(
    "ip",
    [
        "10.0.0.1",
        "127.0.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "9.9.9.9",
        "",
        "nonsense",
        "1.2.3.4.5",
        "１.2.3.4",
    ],
)
def test_nobody_knows_where_these_are(places, ip):
    assert places.place_of(ip) == NOWHERE
    assert NOWHERE.name_in("en") == ""


def test_without_a_database_nobody_knows_anything():
    assert Places().place_of("1.2.3.4") == NOWHERE


@pytest.mark.parametrize(
    ("ip", "province", "city"),
    [
        ("219.141.136.10", "CN-BJ", ""), ("202.99.96.68", "CN-TJ", ""), ("202.99.160.68", "CN-HE", "130100"),
        ("202.99.192.66", "CN-SX", "140100"), ("202.99.224.8", "CN-NM", "150100"), ("202.96.64.68", "CN-LN", "210100"),
        ("202.98.0.68", "CN-JL", "220100"), ("202.97.224.68", "CN-HL", "230100"), ("202.96.209.5", "CN-SH", ""),
        ("218.2.2.2", "CN-JS", "320100"), ("202.101.172.35", "CN-ZJ", "330100"), ("202.102.192.68", "CN-AH", "340100"),
        ("218.85.152.99", "CN-FJ", None), ("202.101.224.68", "CN-JX", "360100"), ("202.102.152.3", "CN-SD", "370100"),
        ("202.102.224.68", "CN-HA", "410100"), ("202.103.24.68", "CN-HB", "420100"), ("202.103.96.112", "CN-HN", "430100"),
        ("202.96.134.133", "CN-GD", "440300"), ("202.103.224.68", "CN-GX", "450100"), ("202.100.192.68", "CN-HI", "460100"),
        ("61.128.128.68", "CN-CQ", ""), ("61.139.2.69", "CN-SC", "510100"), ("202.98.192.67", "CN-GZ", "520100"),
        ("222.172.200.68", "CN-YN", "530100"), ("202.98.224.68", "CN-XZ", "540100"), ("218.30.19.40", "CN-SN", "610100"),
        ("202.100.64.68", "CN-GS", "620100"), ("202.100.128.68", "CN-QH", "630100"), ("202.100.96.68", "CN-NX", "640100"),
        ("61.128.114.166", "CN-XJ", "650100"),
    ],
)  # fmt: skip
def test_what_comes_with_the_product_knows_china_to_the_city(ip, province, city):
    place = Places(OURS).place_of(ip)

    assert (place.country, place.province) == ("CN", province)
    assert city is None or place.city == city


@pytest.mark.parametrize(
    ("ip", "codes"),
    [
        ("8.8.8.8", ("US",)), ("133.11.0.1", ("JP", "JP-13")), ("217.0.43.1", ("DE",)), ("193.0.6.139", ("NL",)),
        ("168.95.1.1", ("TW",)), ("203.80.96.10", ("HK",)), ("202.175.3.3", ("MO",)),
    ],
)  # fmt: skip
def test_and_other_countries_mostly_by_themselves(ip, codes):
    assert Places(OURS).place_of(ip).codes == codes


def test_of_version_6_it_knows_nothing():
    assert Places(OURS).place_of("2400:3200::1") == NOWHERE


def test_a_database_of_the_installation_is_asked_first_and_ours_for_the_rest(places_file):
    places = Places(places_file, OURS)

    assert places.place_of("1.2.3.4").city == "440300"
    assert places.place_of("60.190.1.1").city == "330200"
    assert [credit.text for credit in places.credits] == ["Places", "ip2region (Apache License 2.0)"]


def test_a_running_app_has_ours(app, context):
    assert place_of("60.190.1.1").name_in("zh_Hans") == "浙江 宁波"


def test_many_threads_look_up_at_once():
    places = Places(OURS)
    addresses = [f"60.{n % 250}.{n % 7}.1" for n in range(2000)]
    alone = [places._look_up(ip) for ip in addresses]

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(places._look_up, addresses))

    assert together == alone


def test_where_a_database_is_damaged_the_next_one_is_asked(tmp_path, places_file):
    content = bytearray(OURS.read_bytes())
    # Where the texts lie: what is left of them is no UTF-8 any more.
    content[256 + 512 * 1024 : 983_000] = b"\xff" * (983_000 - 256 - 512 * 1024)
    damaged = tmp_path / "damaged.xdb"
    damaged.write_bytes(content)

    assert Places(damaged).place_of("1.2.3.4") == NOWHERE
    assert Places(damaged, places_file).place_of("1.2.3.4").city == "440300"


@pytest.mark.parametrize("content", [b"x" * 256, OURS.read_bytes()[:1_000_000]], ids=["nonsense", "half of one"])
def test_half_a_database_is_refused_at_start(tmp_path, content):
    path = tmp_path / "places.xdb"
    path.write_bytes(content)

    with pytest.raises(maxminddb.InvalidDatabaseError):
        Places(path)


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
        reader.files("PLACES_FILE")
    assert config.Reader({}).files("PLACES_FILE") == []


def test_several_files_are_separated_by_commas(tmp_path, places_file):
    reader = config.Reader({"PLACES_FILE": f"{places_file}, {OURS}"})

    assert reader.files("PLACES_FILE") == [str(places_file), str(OURS)]


def test_a_country_is_said_where_it_says_something():
    assert Place("CN").name_in("zh_Hans") == "中国"
    assert Place("CN", "CN-GD").name_in("zh_Hans") == "广东"
    assert Place("CN", "CN-GD").name_in("en") == "China, Guangdong"


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
