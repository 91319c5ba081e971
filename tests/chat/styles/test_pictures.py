"""Pictures of styles: what is taken, what is refused and why, how they are drawn anew (Y-13, Y-14, W-14, Y-19)."""

import io

import pytest
from pictures import animation, heavy, noise, of_many_pixels, picture, with_notes
from PIL import Image

from chat.styles.drawing import NotAPicture, PictureBroken, PictureEmpty, PictureKindNotAllowed, PictureTooManyPixels
from chat.styles.pictures import KINDS, Picture, PictureTooLarge, company_of_picture, is_address
from core.errors import NotFound, Refusal

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BROKEN_PNG = picture()[:60]


def drawn(kept: Picture) -> Image.Image:
    return Image.open(io.BytesIO(kept.path.read_bytes()))


def keep(cast, content: bytes, kind: str = "logo") -> Picture:
    return Picture.keep(content, kind, cast.site)


@pytest.mark.parametrize("size", [(173, 67), (400, 400), (10, 500), (346, 134)])
def test_y_13_a_logo_of_any_size_is_stretched_to_173_by_67(cast, size):
    logo = keep(cast, picture(size))

    width, height = drawn(logo).size
    assert width / 173 == height / 67
    assert (logo.width, logo.height) == size
    assert logo.is_stretched is (size != (173, 67))


def test_y_13_a_logo_of_the_right_size_keeps_its_pixels(cast):
    assert drawn(keep(cast, picture((173, 67)))).size == (173, 67)


@pytest.mark.parametrize("form", ["JPEG", "GIF", "PNG", "WEBP"])
def test_y_14_takes_jpg_gif_png_and_webp(cast, form):
    logo = keep(cast, picture(form=form))

    assert drawn(logo).format == form
    assert logo.media_type == f"image/{form.lower()}"


def test_y_14_takes_200_kb_and_refuses_more(cast):
    exactly = heavy(200)

    keep(cast, exactly)
    with pytest.raises(PictureTooLarge) as refused:
        keep(cast, exactly + b"\0")

    assert len(exactly) == 200 * 1024
    assert str(refused.value) == (
        "This picture has 201 KB; at most 200 KB are taken. Make it smaller, or save it with less quality."
    )


@pytest.mark.parametrize(
    ("content", "refusal", "sentence"),
    [
        (b"", PictureEmpty, "This file is empty. Choose another one."),
        (b"%PDF-1.7 ...", NotAPicture, "This file is not a picture. Choose a JPG, PNG, GIF or WebP file."),
        (noise(), NotAPicture, "This file is not a picture. Choose a JPG, PNG, GIF or WebP file."),
        (SVG, PictureKindNotAllowed, "SVG pictures are not taken. Save it as JPG, PNG, GIF or WebP, and upload that."),
        (picture(form="BMP"), PictureKindNotAllowed, "BMP pictures are not taken. Save it as JPG, PNG, GIF or WebP, and upload that."),
        (picture(form="TIFF"), PictureKindNotAllowed, "TIF pictures are not taken. Save it as JPG, PNG, GIF or WebP, and upload that."),
        (BROKEN_PNG, PictureBroken, "This picture is damaged and cannot be opened. Save it again, or choose another one."),
        (
            of_many_pixels(5001, 5000),
            PictureTooManyPixels,
            "This picture has more than 25 million pixels, all its frames together. Make it smaller.",
        ),
        (
            of_many_pixels(60_000, 60_000),
            PictureTooManyPixels,
            "This picture has more than 25 million pixels, all its frames together. Make it smaller.",
        ),
    ],
    ids=["empty", "a document", "noise", "SVG", "BMP", "TIFF", "cut off", "a little too many", "a bomb"],
)  # fmt: skip
def test_y_14_says_exactly_what_is_wrong(cast, content, refusal, sentence):
    with pytest.raises(refusal) as refused:
        keep(cast, content)

    assert str(refused.value) == sentence


def test_frames_count_together(cast):
    with pytest.raises(PictureTooManyPixels):
        keep(cast, animation((2000, 2000), durations=(10,) * 7), "side")


def test_moving_pictures_go_on_moving_at_their_own_pace(cast):
    kept = drawn(keep(cast, animation(durations=(50, 120, 70))))

    durations = []
    for frame in range(kept.n_frames):
        kept.seek(frame)
        durations.append(kept.info["duration"])
    assert durations == [50, 120, 70]
    assert kept.info["loop"] == 0


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_so_do_those_of_other_formats(cast, form):
    assert drawn(keep(cast, animation(form=form), "ad")).n_frames == 3


def test_nothing_hidden_survives(cast):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    for content in (
        picture() + b"<script>alert(1)</script>",
        with_notes("secret place"),
        picture(form="JPEG", exif=exif, comment=b"secret place"),
        picture(form="GIF", comment=b"secret place"),
    ):
        bytes_kept = keep(cast, content, "side").path.read_bytes()

        assert b"secret place" not in bytes_kept
        assert b"script" not in bytes_kept


def test_a_photo_stands_upright(cast):
    exif = Image.Exif()
    exif[0x0112] = 6

    kept = keep(cast, picture((40, 20), "JPEG", exif=exif), "side")

    assert drawn(kept).size == (20, 40)
    assert (kept.width, kept.height) == (20, 40)


def test_large_pictures_are_drawn_as_large_as_they_are_shown(cast):
    assert max(drawn(keep(cast, picture((3000, 1500)), "launcher")).size) == 800


def test_what_is_transparent_stays_so(cast):
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    assert drawn(keep(cast, out.getvalue(), "launcher")).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_its_limit(cast, kind):
    most = KINDS[kind].most_kb

    keep(cast, heavy(most), kind)
    with pytest.raises(Refusal, match=f"at most {most} KB"):
        keep(cast, heavy(most + 1), kind)


def test_an_address_is_of_one_company_alone(cast):
    kept = keep(cast, picture())

    assert is_address(kept.address)
    assert company_of_picture(kept.key).id == cast.acme.id
    assert Picture.at(kept.address).id == kept.id
    with cast.globex.entered():
        assert not is_address(kept.address)
        assert Picture.at(kept.address) is None
        with pytest.raises(NotFound):
            Picture.keyed(kept.key)


@pytest.mark.parametrize(
    "address",
    ["", "/pictures/", "/pictures/1-photo-x", "https://evil.example/x.png", "//evil.example", "javascript:alert(1)",
     "/pictures/1-picture-" + "x" * 31, "/pictures/1-picture-" + "x" * 32 + "\n", "/pictures/../files/1"],
)  # fmt: skip
def test_nothing_else_is_an_address_of_ours(cast, address):
    assert not is_address(address)


@pytest.mark.parametrize("key", ["", "x", "0-picture-x", "99999999999999999999-picture-" + "x" * 32])
def test_a_key_nobody_gave_out_opens_nothing(cast, key):
    with pytest.raises(NotFound):
        company_of_picture(key)
