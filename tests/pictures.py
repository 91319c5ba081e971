"""Pictures as people upload them."""

import io
import random
import struct
import zlib

from PIL import Image, PngImagePlugin


def picture(size: tuple[int, int] = (40, 30), form: str = "PNG", colour="teal", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **more)
    return out.getvalue()


def animation(size: tuple[int, int] = (40, 30), form: str = "GIF", durations: tuple[int, ...] = (50, 120, 70)) -> bytes:
    out = io.BytesIO()
    colours = ["red", "green", "blue", "white", "black"]
    frames = [Image.new("RGB", size, colours[number % len(colours)]) for number in range(len(durations))]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=list(durations), loop=0)
    return out.getvalue()


def heavy(kilobytes: int) -> bytes:
    """A picture of exactly so many KB."""
    small = picture()
    rest = kilobytes * 1024 - len(small) - 12
    kept = small[:-12], small[-12:]
    chunk = b"prIv" + b"\0" * rest
    return kept[0] + struct.pack(">I", rest) + chunk + struct.pack(">I", zlib.crc32(chunk)) + kept[1]


def with_notes(text: str) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", text)
    return picture(pnginfo=notes)


def of_many_pixels(width: int, height: int) -> bytes:
    """A small file that says it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    sized = struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    whole = picture()
    return whole[:8] + sized + whole[8 + len(sized) :]


def noise(length: int = 2000) -> bytes:
    return random.Random(4).randbytes(length)
