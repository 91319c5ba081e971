import io

import pytest
from PIL import Image

from chat.conversations.files import File, FileIsEmpty, FileTooLarge, company_of_file
from core.errors import NotFound


def picture(form: str = "PNG", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(out, form, **more)
    return out.getvalue()


def test_a_picture_is_drawn_anew(cast):
    hidden = picture() + b"<script>alert(1)</script>"

    file = File.keep(hidden, "tea.png", cast.question)

    assert file.is_picture
    assert b"script" not in file.path.read_bytes()


def test_where_a_picture_was_taken_is_not_kept(cast):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    file = File.keep(picture("JPEG", exif=exif), "tea.jpg", cast.question)

    assert b"secret place" not in file.path.read_bytes()


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html><script>", b"\x89PNG\r\n\x1a\n broken", b"plain"])
def test_what_only_claims_to_be_a_picture_is_none(cast, content):
    assert not File.keep(content, "x.png", cast.question).is_picture


def test_a_picture_that_would_fill_the_memory_is_none(cast):
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")

    assert not File.keep(bomb, "bomb.png", cast.question).is_picture


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd"])
def test_a_name_never_leads_elsewhere(cast, name):
    file = File.keep(b"hello", name, cast.question)

    assert "/" not in file.name
    assert "\\" not in file.name
    assert file.path.parent.name == cast.acme.place.schema


def test_refuses_what_is_too_large_with_the_limit(cast):
    with pytest.raises(FileTooLarge, match="larger than 2 MB"):
        File.keep(b"x" * (2 * 1024 * 1024 + 1), "big.bin", cast.question)


def test_refuses_what_is_empty(cast):
    with pytest.raises(FileIsEmpty):
        File.keep(b"", "empty.txt", cast.question)


def test_another_company_does_not_find_it(cast):
    key = File.keep(b"hello", "a.txt", cast.question).key

    with cast.globex.entered(), pytest.raises(NotFound):
        File.keyed(key)


def test_the_key_tells_the_company(cast):
    key = File.keep(b"hello", "a.txt", cast.question).key

    assert company_of_file(key).company_id == "acme"
    for wrong in ("", "x-abc", "99999-abc", "1" * 40):
        with pytest.raises(NotFound):
            company_of_file(wrong)
