"""Lines, meters, boards, gates, sensors and households in the configuration file."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from edge.config import Config, Input, parse
from edge.errors import Misconfigured

HEAD = '[gateway]\ncommunity = "demo"\nid = "gw-1"\ndata = "data"\n'
LINE = '[[lines]]\nid = "l1"\nport = "/dev/serial/by-id/a"\n'
WATER = '[[lines.meters]]\nid = "w1"\ndevice = "cjt188:10:00001122334455"\nmedium = "water"\n'
POWER = '[[lines.meters]]\nid = "e1"\ndevice = "dlt645:0000000001aa"\nmedium = "electricity"\n'
METERS = HEAD + LINE + WATER + POWER
BOARD = '[[boards]]\nid = "b1"\nport = "192.0.2.1:4196"\n'
GATE = '[[gates]]\nid = "g1"\nboard = "b1"\ninputs = ["loop", "door"]\n'
SENSOR = '[[sensors]]\nid = "s1"\nkind = "gas"\nboard = "b1"\ninput = "beam"\n'
GAS = '[[lines.meters]]\nid = "m"\ndevice = "modbus:1"\nmedium = "gas"\nregisters = "m.toml"\n'
HOME = '[[households]]\nid = "h1"\nwater = "w1"\n'
ALL = METERS + BOARD + GATE + SENSOR + HOME


def read(text: str) -> Config:
    return parse(tomllib.loads(text), "gateway.toml", folder=Path("/etc/linli"))


def meters(count: int, *, lines: int = 1) -> str:
    """So many meters, on so many lines."""
    tables = [LINE.replace('"l1"', f'"l{n}"').replace("by-id/a", f"by-id/a{n}") for n in range(lines)]
    for n in range(count):
        tables[n % lines] += f'[[lines.meters]]\nid = "m{n}"\ndevice = "dlt645:{n:012d}"\nmedium = "electricity"\n'
    return HEAD + "".join(tables)


def boards(count: int) -> str:
    return "".join(f'[[boards]]\nid = "b{n}"\nport = "/dev/b{n}"\n' for n in range(count))


def test_all_of_it_together_is_read() -> None:
    config = read(ALL)
    assert [meter.device for meter in config.lines[0].meters] == ["cjt188:10:00001122334455", "dlt645:0000000001AA"]
    assert (config.lines[0].format, config.lines[0].read_every) == ("2400-8E1", 900)
    assert (config.boards[0].format, config.gates[0].releases, config.sensors[0].normally) == (
        "115200-8N1",
        False,
        "open",
    )
    assert config.gates[0].inputs == (Input.LOOP, Input.DOOR)


RIGHT = [
    ("limits of a meter", METERS.replace('"water"\n', '"water"\nresolution = 0.01\nburst = 2.5\nleak = false\n')),
    ("all meters of a gateway", meters(512, lines=2)),
    ("all meters of a line", meters(256)),
    ("all lines and boards", meters(31, lines=31) + boards(1)),
    ("read each minute", METERS.replace(LINE, LINE + 'read_every = "1m"\n')),
    ("a TCP gateway by its IPv6 address", METERS.replace("/dev/serial/by-id/a", "[2001:db8::1]:4196")),
    ("a map of registers", METERS + GAS),
    ("a day away", ALL + "[[households.away]]\nsince = 2026-02-10\nuntil = 2026-02-10\n"),
    ("heat, which nobody judges", METERS + '[[lines.meters]]\nid = "h"\ndevice = "mbus:5"\nmedium = "heat"\n'),
]  # fmt: skip


@pytest.mark.parametrize("text", [row[1] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_what_is_right_is_read(text: str) -> None:
    read(text)


WRONG = [
    # name,                         text,                                              what the error says
    ("a port that is a name", ALL.replace("/dev/serial/by-id/a", "ttyUSB0"), ["lines.0.port (l1)", "host:port"]),
    ("a port of no number", ALL.replace("192.0.2.1:4196", "192.0.2.1:65536"), ["boards.0.port", "host:port"]),
    ("a speed nobody has", METERS.replace(LINE, LINE + 'format = "2401-8E1"\n'), ["lines.0.format (l1)", "2400-8E1"]),
    ("a rhythm out of step", METERS.replace(LINE, LINE + 'read_every = "7m"\n'), ["read_every", "half an hour"]),
    ("a rhythm too slow", METERS.replace(LINE, LINE + 'read_every = "1h"\n'), ["read_every", "half an hour"]),
    ("a rhythm too fast", METERS.replace(LINE, LINE + 'read_every = "30s"\n'), ["read_every", "60"]),
    ("a meter on no line", HEAD + WATER.replace("lines.meters", "meters"), ["meters", "another section"]),
    ("a line without meters", HEAD + LINE, ["lines.0.meters (l1)"]),
    ("a device of no protocol", METERS.replace("dlt645:", "dlt644:"), ["meters.1.device (l1 / e1)", "dlt645:000000"]),
    ("an unknown medium", METERS.replace('"water"', '"beer"'), ["medium", "water, electricity, gas, heat"]),
    ("an unknown profile", METERS.replace('"water"\n', '"water"\nprofile = "x"\n'), ["profile", "cjt188-2018"]),
    ("a profile of another protocol", METERS + 'profile = "cjt188-2018"\n', ["e1", "profile", "cjt188"]),
    ("Modbus without a map", METERS.replace("dlt645:0000000001aa", "modbus:1"), ["e1", "registers", "map"]),
    ("a map that nobody reads", METERS + 'registers = "map.toml"\n', ["e1", "registers"]),
    ("a leak of electricity", METERS + "leak = true\n", ["e1", "leak", "water"]),
    ("a load of water", METERS.replace('"water"\n', '"water"\nmax_load_kw = 3\n'), ["w1", "max_load_kw"]),
    ("a burst of nothing", METERS.replace('"water"\n', '"water"\nburst = 0\n'), ["burst", "greater than 0"]),
    ("offline at once", METERS + 'offline = "5m"\n', ["offline", "3600"]),
    ("an address twice", METERS.replace("e1", "e2").replace('electricity"\n', f'electricity"\n{POWER}'),
     ["lines.0 (l1)", "dlt645:0000000001AA", "twice"]),
    ("a meter's id twice", METERS + LINE.replace("l1", "l2").replace("/a", "/b") + WATER, ["'w1'", "twice"]),
    ("a gate with a meter's id", ALL.replace('"g1"', '"w1"'), ["'w1'", "twice"]),
    ("a board with a line's id", ALL.replace('id = "b1"', 'id = "l1"'), ["lines, boards", "'l1'", "twice"]),
    ("a port twice", ALL.replace("192.0.2.1:4196", "/dev/serial/by-id/a"), ["port", "by-id/a", "twice"]),
    ("a board that is not there", ALL.replace('board = "b1"\ninputs', 'board = "b2"\ninputs'), ["gates g1", "'b2'"]),
    ("an input used twice", ALL.replace('"beam"', '"door"'), ["b1.door", "used twice"]),
    ("an input twice in a gate", ALL.replace('["loop", "door"]', '["door", "door"]'), ["gates.0 (g1)", "once"]),
    ("an input a gate has not", ALL.replace(GATE, GATE + 'normally_closed = ["beam"]\n'), ["normally_closed", "beam"]),
    ("a gate without inputs", ALL.replace('["loop", "door"]', "[]"), ["gates.0.inputs", "at least 1"]),
    ("a household's meter is not there", ALL.replace('water = "w1"', 'water = "w9"'), ["households h1", "'w9'"]),
    ("a household's meter of another medium", ALL.replace('water = "w1"', 'water = "e1"'), ["households h1", "water"]),
    ("a water meter of two households", ALL + HOME.replace("h1", "h2"), ["households", "'w1'", "two"]),
    ("a door on a used input", ALL + '[households.door]\nboard = "b1"\ninput = "loop"\n', ["b1.loop", "twice"]),
    ("back before leaving", ALL + "[[households.away]]\nsince = 2026-02-10\nuntil = 2026-02-09\n",
     ["households.0.away.0", "until"]),
    ("a meter too many", meters(513, lines=3), ["512", "513"]),
    ("a meter too many on a line", meters(257), ["lines.0.meters", "256"]),
    ("a board too many", meters(31, lines=31) + boards(2), ["lines, boards", "32", "33"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_named_in_both_languages(text: str, says: list[str]) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(text)
    told = str(caught.value)
    for words in ["gateway.toml", *says]:
        assert words in told
    for line in told.removeprefix("gateway.toml:\n").splitlines():
        assert re.search("[一-鿿].*[a-z]{2}", line), line


def test_the_version_tells_limits_and_meters_apart_and_no_folders() -> None:
    version = read(METERS).version
    assert read(METERS + 'offline = "3h"\n').version != version
    assert read(METERS.replace("w1", "w2")).version != version
    mapped = METERS.replace("dlt645:0000000001aa", "modbus:1") + 'registers = "{}/map.toml"\n'
    assert read(mapped.format("/a")).version == read(mapped.format("/b")).version


def test_a_limit_is_the_decimal_that_was_written() -> None:
    limits = read(METERS.replace('"water"\n', '"water"\nresolution = 0.001\nburst = 1.2\n')).lines[0].meters[0]
    assert (limits.resolution, limits.burst) == (Decimal("0.001"), Decimal("1.2"))
