"""Who is at home, half hour by half hour."""

import pytest

from edge.rules.metering.presence import Light, Presence, moved

# What happens in a half hour: crossings of the door, `u` water used, `l` something lit, `o` something left on,
# `v` somebody looks in after a long silence, `n` it is night.
WALKS = [
    ("nothing is known", [("0", "unknown")]),
    ("water tells that somebody is at home", [("0u", "inside"), ("0", "inside")]),
    ("no door contact tells nothing", [("?u", "unknown"), ("?", "unknown")]),
    ("somebody goes out", [("0u", "inside"), ("1u", "away"), ("0", "away")]),
    ("somebody comes home and uses water", [("0u", "inside"), ("1", "away"), ("1u", "perhaps"), ("0u", "inside")]),
    ("somebody comes home and uses nothing", [("0u", "inside"), ("1", "away"), ("1", "perhaps"), ("0u", "inside")]),
    ("a parcel at the door", [("0u", "inside"), ("1", "away"), ("0u", "inside")]),
    ("out with the rubbish", [("0u", "inside"), ("2", "perhaps"), ("0", "perhaps")]),
    ("in and out soon after they went", [("1", "away"), ("2u", "perhaps")]),
    ("somebody looks in after a long silence", [("1", "away"), ("1uv", "away"), ("1v", "away"), ("0", "away")]),
    ("somebody comes home after a long silence", [("1", "away"), ("1v", "away"), ("0u", "inside")]),
    ("the door opens at night", [("0u", "inside"), ("1n", "perhaps"), ("0", "perhaps"), ("2n", "perhaps")]),
    ("somebody who is away comes home at night", [("1", "away"), ("1n", "perhaps")]),
    ("in and out in two half hours", [("1", "away"), ("1", "perhaps"), ("1", "away")]),
    ("a light is switched on", [("1", "away"), ("0l", "inside")]),
    ("a light was left on", [("1", "away"), ("0o", "perhaps")]),
    ("what was left on changes nothing for who is at home", [("0u", "inside"), ("0o", "inside")]),
    ("the door contact dies", [("0u", "inside"), ("?", "unknown"), ("0", "unknown"), ("0u", "inside")]),
]


@pytest.mark.parametrize("steps", [row[1] for row in WALKS], ids=[row[0] for row in WALKS])
def test_presence(steps: list[tuple[str, str]]) -> None:
    presence = Presence.UNKNOWN
    for what, expected in steps:
        crossings = None if what[0] == "?" else int(what[0])
        light = Light.LIT if "l" in what else Light.LEFT if "o" in what else Light.DARK
        presence = moved(presence, crossings, used="u" in what, light=light, visit="v" in what, late="n" in what)
        assert presence == expected
