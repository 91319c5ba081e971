"""What a text fills, against the figures of 3GPP TS 23.038."""

import pytest

from sms.segments import segments_of


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("你" * 70, 1),
        ("你" * 71, 2),
        ("你" * 134, 2),
        ("你" * 135, 3),
        ("👒" * 35, 1),
        ("👒" * 36, 2),
        ("a" * 69 + "你", 1),
    ],
)
def test_segments(text, segments):
    assert segments_of(text) == segments
