"""The configuration file: what is right is read, what is wrong is named with what would be accepted."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from contract.faults import MAX_FAULTS, setting_names
from contract.settings import MAX_SETTINGS_BYTES
from edge.address import redact
from edge.config import Config, load, parse, seconds
from edge.errors import Misconfigured

EXAMPLE = files("edge.app").joinpath("example.toml").read_text()
TRIANGLE = "[[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]"
HEAD = '[gateway]\ncommunity = "demo"\nid = "gw-1"\ndata = "data"\n'
CAMERA = HEAD + '[[cameras]]\nid = "east"\nurl = "rtsp://u:hunter2@192.0.2.1/s"\n'
ZONE = CAMERA + f'[[cameras.zones]]\nid = "lane"\nkind = "fire_lane"\npolygon = {TRIANGLE}\n'
PERMITTED = ZONE.replace("[[cameras]]", "[plates]\nfrom_cloud = true\n[[cameras]]", 1) + 'permits = ["resident"]\n'
UPLINK = HEAD + f'[uplink]\nbroker = "mqtt://h"\nevidence_url = "http://h:8080"\ncloud_key = "{"A" * 43}="\n'


def read(text: str) -> Config:
    return parse(tomllib.loads(text), "gateway.toml", folder=Path("/etc/linli"))


def test_the_example_is_right_and_names_every_setting() -> None:
    read(EXAMPLE)
    named = set(re.findall(r"^(?:# )?(?:\[+[\w.]*?)?(\w+)(?: =|\])", EXAMPLE, re.MULTILINE))
    assert setting_names(Config) - named == set()


def test_every_setting_of_the_example_is_explained_in_chinese_and_english() -> None:
    lines = EXAMPLE.splitlines()
    comments = [line.partition("# ")[2] for line in lines if line.startswith("# ")]
    for line, before in zip(lines[1:], lines, strict=False):
        if setting := re.match(r"(?:# )?\w+ = (.*)", line):
            _, sign, comment = setting[1].partition("  #")
            comments.append(comment if sign else before)
    assert comments
    for comment in comments:
        assert re.search("[一-鿿]", comment), comment
        assert re.search("[a-z]{2}", comment), comment


FACADE_HEAD = HEAD + '[[cameras]]\nid = "west"\nurl = "rtsp://u:hunter2@192.0.2.1/s"\n'
FACADE = FACADE_HEAD + f'[[cameras.facades]]\nid = "wall"\npolygon = {TRIANGLE}\n'
CORNERS = "[[0.2, 0.1], [0.8, 0.1], [0.9, 0.9], [0.1, 0.9]]"
GRID = FACADE + f"[cameras.facades.grid]\ncorners = {CORNERS}\nfloors = [1, 18]\ncolumns = 6\n"


def test_the_camera_for_falls_of_the_example_is_right_when_it_is_used() -> None:
    start = EXAMPLE.index("# [[cameras]]")
    used = EXAMPLE[:start] + re.sub(r"^# ", "", EXAMPLE[start:], flags=re.MULTILINE)
    (facade,) = read(used).cameras[1].facades
    assert (facade.ground_line, facade.grid is not None and facade.grid.floors) == (1.2, (2, 18))


def ignoring(count: int) -> str:
    return FACADE + f"ignore = [{', '.join([TRIANGLE] * count)}]\n"


def facades(count: int) -> str:
    return FACADE_HEAD + "".join(f'[[cameras.facades]]\nid = "wall-{n}"\npolygon = {TRIANGLE}\n' for n in range(count))


def cornered(text: str) -> str:
    return GRID.replace(CORNERS, text)


def floors(text: str) -> str:
    return GRID.replace("[1, 18]", text)


def test_what_is_usual_of_a_facade() -> None:
    (facade,) = read(FACADE).cameras[0].facades
    assert (facade.ground_line, facade.floor_height, facade.ignore, facade.grid) == (0.9, 2.9, (), None)
    throws = read(FACADE).throws
    assert (throws.clip_before, throws.clip_after, throws.ring_bytes, throws.classifier) == (10, 5, 48 * 2**20, True)


FACADES_RIGHT = [
    ("as many left out as may be", ignoring(16)),
    ("as many as a camera may have", facades(8)),
    ("the ground far below the picture", FACADE + "ground = 3\n"),
    ("basements", floors("[-3, -1]")),
    ("one floor", floors("[7, 7]")),
    ("the highest floor", floors("[1, 200]")),
    ("seen from the side", cornered("[[0.2, 0.3], [0.8, 0.1], [0.9, 0.9], [0.1, 0.6]]")),
    ("films at their shortest", FACADE + '[throws]\nclip_before = "5s"\nclip_after = 2\nring_bytes = 8388608\n'),
    ("films at their longest", FACADE + '[throws]\nclip_before = "30s"\nclip_after = 15\nring_bytes = 268435456\n'),
]


@pytest.mark.parametrize("text", [case[1] for case in FACADES_RIGHT], ids=[case[0] for case in FACADES_RIGHT])
def test_facades_at_their_limits_are_read(text: str) -> None:
    assert read(text).cameras[0].facades


WRONG = [
    # name,                    text,                                                  what the error says
    ("typo in a key", ZONE + 'dwel = "5m"\n', ["cameras.0.zones.0.dwel", "'dwell'"]),
    ("typo in a section", HEAD + "[uplnk]\n", ["uplnk", "'uplink'"]),
    ("two corners", ZONE.replace(TRIANGLE, "[[0.1, 0.1], [0.9, 0.9]]"), ["polygon", "at least 3"]),
    ("corners on a line", ZONE.replace(TRIANGLE, "[[0,0],[0.5,0.5],[1,1]]"), ["polygon", "one line"]),
    (
        "corners out of order",
        ZONE.replace(TRIANGLE, "[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]"),
        ["zones.0.polygon", "第 1 到第 2", "第 3 到第 4", "corner 1 to 2 crosses the one from 3 to 4"],
    ),
    ("corner off the picture", ZONE.replace("0.9]]", "1.9]]"), ["polygon", "less than or equal to 1"]),
    ("unknown kind of zone", ZONE.replace("fire_lane", "fire_lain"), ["kind", "fire_lane"]),
    ("unknown vehicle", ZONE + 'vehicles = ["tank"]\n', ["vehicles", "truck"]),
    ("dwell in fortnights", ZONE + 'dwell = "2w"\n', ["dwell", "5m"]),
    ("dwell below zero", ZONE + "dwell = -1\n", ["dwell", "greater than or equal to 0"]),
    ("milestones out of order", ZONE + 'milestones = ["2h", "1h"]\n', ["milestones", "rise"]),
    ("a berth without a limit", ZONE.replace("fire_lane", "berth"), ["zones.0", "berth", "dwell"]),
    ("a limit for a vehicle nobody watches", ZONE + "dwell_by_class = { bicycle = 60 }\n", ["bicycle", "vehicles"]),
    ("two cameras of one name", CAMERA + CAMERA.replace(HEAD, ""), ["cameras", "'east'", "twice"]),
    ("pictures too close", CAMERA + 'picture_every = "5s"\n', ["picture_every", "10"]),
    ("a name with a dot", HEAD.replace("gw-1", "gw.1"), ["gateway.id"]),
    ("an address nobody reads", CAMERA.replace("rtsp://", "gopher://"), ["url", "rtsp://"]),
    ("a password with brackets", CAMERA.replace("hunter2", "[hunter2]"), ["cameras.0.url", "%5B"]),
    ("a password with a full-width sign", CAMERA.replace("hunter2", "hunter2＃"), ["cameras.0.url", "full-width"]),
    ("permit only, without saying whose", ZONE + "permit_only = true\n", ["zones.0", "permit_only", "permits"]),
    ("permits without lists", ZONE + 'permits = ["resident"]\n', ["east / lane", "lists", "from_cloud"]),
    (
        "permits where no plate is read",
        PERMITTED.replace("from_cloud", "read = false\nfrom_cloud"),
        ["east / lane", "[plates]", "read = true"],
    ),
    ("a permit of a kind nobody knows", PERMITTED.replace("resident", "friend"), ["permits", "resident"]),
    ("before a zone that is not there", ZONE + 'in_front_of = ["berth-1"]\n', ["in_front_of", "'berth-1'"]),
    ("before itself", ZONE + 'in_front_of = ["lane"]\n', ["in_front_of", "'lane'"]),
    ("suspected after confirmed", HEAD + '[zombie]\nsuspected_after = "31d"\n', ["zombie", "confirmed_after"]),
    ("suspected at once", HEAD + "[zombie]\nsuspected_after = 0\n", ["zombie", "suspected_after"]),
    ("zombies told each hour", HEAD + '[zombie]\nmilestone_every = "1h"\n', ["milestone_every", "86400"]),
    ("zombies without a sign", HEAD + "[zombie]\nsigns = []\n", ["zombie.signs", "at least 1"]),
    ("a key to seal to that is none", HEAD + '[masking]\nseal_to = "hunter2"\n', ["masking.seal_to"]),
    ("a threshold that everything passes", CAMERA + "threshold = 0\n", ["threshold", "greater than 0"]),
    ("an evidence address with a port nobody has", UPLINK.replace(":8080", ":http"), ["uplink.evidence_url", "host"]),
    ("an evidence address without a host", UPLINK.replace("h:8080", ":8080"), ["uplink.evidence_url", "host"]),
    ("an evidence address with a question", UPLINK.replace("8080", "8080/?a=b"), ["uplink.evidence_url"]),
    ("a broker with a password in it", HEAD + '[uplink]\nbroker = "mqtt://u:hunter2@h:1883"\n', ["uplink.broker"]),
    ("a time zone nobody knows", HEAD + 'timezone = "Asia/Sanming"\n', ["timezone", "Asia/Shanghai"]),
    ("no gateway at all", "", ["gateway"]),
    ("a camera with zones and façades", ZONE + FACADE.removeprefix(FACADE_HEAD), ["cameras.0 (east)", "one of them"]),
    ("two façades of one name", FACADE + FACADE.removeprefix(FACADE_HEAD), ["facades", "'wall'", "twice"]),
    ("a façade too many", facades(9), ["facades", "at most 8"]),
    (
        "a façade whose border crosses itself",
        FACADE.replace(TRIANGLE, "[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]"),
        ["facades.0.polygon", "crosses"],
    ),
    ("a façade of two corners", FACADE.replace(TRIANGLE, "[[0.1, 0.1], [0.9, 0.9]]"), ["polygon", "at least 3"]),
    (
        "left out, and crossing itself",
        FACADE + "ignore = [[[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]]\n",
        ["facades.0.ignore.0 (west / wall)", "crosses"],
    ),
    ("too much left out", ignoring(17), ["ignore", "at most 16"]),
    ("ground above the façade", FACADE + "ground = 0.1\n", ["facades.0 (west / wall)", "ground lies below"]),
    ("ground out of all bounds", FACADE + "ground = 3.1\n", ["facades.0.ground", "3"]),
    ("a floor of a metre", FACADE + "floor_height = 1\n", ["floor_height", "2"]),
    ("a grid with a dent", cornered("[[0.2, 0.1], [0.8, 0.1], [0.25, 0.2], [0.1, 0.9]]"), ["corners", "dented"]),
    ("a grid from another corner", cornered("[[0.8, 0.1], [0.9, 0.9], [0.1, 0.9], [0.2, 0.1]]"), ["corners", "order"]),
    ("a grid the other way round", cornered("[[0.2, 0.1], [0.1, 0.9], [0.9, 0.9], [0.8, 0.1]]"), ["corners", "order"]),
    ("a grid on a line", cornered("[[0.1, 0.1], [0.9, 0.1], [0.9, 0.1], [0.1, 0.1]]"), ["corners", "order"]),
    ("a grid of three corners", cornered("[[0.2, 0.1], [0.8, 0.1], [0.9, 0.9]]"), ["corners.3", "missing"]),
    ("floors from above", floors("[18, 1]"), ["grid.floors", "lowest floor comes first"]),
    ("a floor 0", floors("[0, 18]"), ["grid.floors", "no floor 0"]),
    ("a floor too deep", floors("[-4, 18]"), ["grid.floors.0", "-3"]),
    ("no windows", GRID.replace("columns = 6", "columns = 0"), ["grid.columns", "1"]),
    ("too little before a fall", HEAD + "[throws]\nclip_before = 4\n", ["throws.clip_before", "5"]),
    ("too much after a fall", HEAD + '[throws]\nclip_after = "16s"\n', ["throws.clip_after", "15"]),
    ("too little memory", HEAD + "[throws]\nring_bytes = 8388607\n", ["throws.ring_bytes", "8388608"]),
]


@pytest.mark.parametrize(("text", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_named_and_no_password_is_told(text: str, says: list[str]) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(text)
    for words in ["gateway.toml", *says]:
        assert words in str(caught.value)
    for line in str(caught.value).removeprefix("gateway.toml:\n").splitlines():
        assert re.search("[一-鿿].*[a-z]{2}", line), "Chinese first, English beside"
    assert "hunter2" not in str(caught.value)


PLACE = "gateway.toml: cameras.0.zones.0.polygon"
NAMES = "(east / lane)"
SENTENCES = [
    # name,                  text,                                        the whole error
    ("two corners", ZONE.replace(TRIANGLE, "[[0.1, 0.1], [0.9, 0.9]]"),
     f"{PLACE} {NAMES}: 至少要 3 项 at least 3 are needed"),
    ("one pixel for a fraction", ZONE.replace("[0.1, 0.1]", "[192, 0.1]"),
     f"{PLACE}.0.0 {NAMES}: 不能大于 1 has to be less than or equal to 1"
     "（坐标是 0 到 1 的小数：像素除以画面宽高 coordinates are fractions 0–1: divide by width and height）"),
    ("a corner of one number", ZONE.replace("[0.1, 0.1]", "[0.1]"),
     f"{PLACE}.0.1 {NAMES}: 缺少这一项，必须填写 this is missing and has to be given"),
    ("a name in capitals", CAMERA.replace('"gw-1"', '"GW 1"'),
     "gateway.toml: gateway.id: 只能用小写字母、数字、短横线，最多 63 个，短横线不在头尾 "
     "only lower-case letters, digits and hyphens, at most 63, no hyphen first or last"),
    ("a kind of zone in Chinese", ZONE.replace("fire_lane", "消防通道"),
     f"gateway.toml: cameras.0.zones.0.kind {NAMES}: 只能是 one of: fire_lane, road, green, gate_mouth, berth, "
     "lift_lobby, path"),
    ("a class nobody knows", ZONE + "dwell_by_class = { tank = 60 }\n",
     f"gateway.toml: cameras.0.zones.0.dwell_by_class.tank {NAMES}: "
     "只能是 one of: car, truck, bus, motorcycle, bicycle"),
    ("a number in quotes", CAMERA + 'threshold = "half"\n',
     "gateway.toml: cameras.0.threshold (east): 这里要一个数，不加引号 a number without quotes is wanted here"),
    ("single brackets", CAMERA.replace("[[cameras]]", "[cameras]"),
     "gateway.toml: cameras: 这里要一个列表 [ … ]，整段的表要用双方括号 [[ … ]] "
     "a list is wanted here; a table goes in [[ … ]]"),
    ("a broker as it is not written", UPLINK.replace("mqtt://h", "tcp://h"),
     "gateway.toml: uplink.broker: 写法不对，应为 is not written as it should be: "
     "mqtt://host:1883 or mqtts://host:8883"),
    ("an address left out", CAMERA.replace('url = "rtsp://u:hunter2@192.0.2.1/s"\n', ""),
     "gateway.toml: cameras.0.url (east): 缺少这一项，必须填写 this is missing and has to be given"),
    ("a typo", CAMERA + 'urll = "hunter2"\n',
     "gateway.toml: cameras.0.urll (east): 没有这一项 no such setting；是不是想写 'url' is 'url' meant?"),
    ("a time in words", ZONE + '[[cameras.zones.allowed]]\nstart = "hunter2"\nend = 06:00:00\n',
     f"gateway.toml: cameras.0.zones.0.allowed.0.start {NAMES}: "
     "时刻写成 22:00:00，不加引号 a time is written 22:00:00, without quotes"),
    ("permit only, without saying whose", ZONE + "permit_only = true\n",
     f"gateway.toml: cameras.0.zones.0 {NAMES}: permit_only: 请在 permits 里写明认哪几种许可，"
     '例如 permits = ["resident"] say in permits whose permits count, for example permits = ["resident"]'),
    ("two cameras of one name", CAMERA + CAMERA.replace(HEAD, ""),
     "gateway.toml: cameras: 代号 'east' 重复了 the id 'east' stands there twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), [case[1:] for case in SENTENCES], ids=[case[0] for case in SENTENCES])
def test_a_mistake_is_told_in_one_sentence_that_is_true(text: str, told: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(text)
    assert str(caught.value) == told


def test_several_mistakes_stand_on_a_line_each_and_those_not_told_are_counted() -> None:
    wrong = "".join(f"wrong{n} = 1\n" for n in range(MAX_FAULTS + 2))
    with pytest.raises(Misconfigured) as caught:
        read(HEAD + wrong)
    first, *lines = str(caught.value).splitlines()
    assert first == "gateway.toml:"
    assert len(lines) == MAX_FAULTS + 1
    assert lines[-1].strip() == "还有 2 处 and 2 more"


WINDOWS = [
    # name,                              bytes of the file,          what the error says
    (
        "Chinese in GBK",
        CAMERA.replace('"east"', '"east"\nname = "东门"').encode("gbk"),
        "另存为 UTF-8 save it as UTF-8",
    ),
    ("UTF-16, Notepad's Unicode", CAMERA.encode("utf-16"), "另存为 UTF-8 save it as UTF-8"),
    ("quotes of a Chinese keyboard", CAMERA.replace('"east"', "“east”").encode(), "英文半角"),
]


@pytest.mark.parametrize(("raw", "told"), [case[1:] for case in WINDOWS], ids=[case[0] for case in WINDOWS])
def test_a_file_that_is_no_toml_is_told_how_to_mend_it(tmp_path: Path, raw: bytes, told: str) -> None:
    (tmp_path / "gateway.toml").write_bytes(raw)
    with pytest.raises(Misconfigured, match=re.escape(told)) as caught:
        load(tmp_path / "gateway.toml")
    assert "hunter2" not in str(caught.value)


def test_a_file_with_the_mark_of_windows_editor_is_read(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_bytes(b"\xef\xbb\xbf" + CAMERA.replace("\n", "\r\n").encode())
    assert load(tmp_path / "gateway.toml").cameras[0].id == "east"


@pytest.mark.parametrize(
    ("text", "value"), [("30s", 30.0), ("5m", 300.0), ("1h30m", 5400.0), ("7d", 604_800.0), ("1.5h", 5400.0)]
)
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (MAX_SETTINGS_BYTES + 1))
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    for path in (tmp_path / "missing.toml", large, binary, tmp_path):
        with pytest.raises(Misconfigured, match=re.escape(str(path))):
            load(path)


def test_relative_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(CAMERA.replace("rtsp://u:hunter2@192.0.2.1/s", "street.mp4"))
    config = load(tmp_path / "gateway.toml")
    assert config.gateway.data == tmp_path / "data"
    assert config.cameras[0].url == str(tmp_path / "street.mp4")
    (tmp_path / "moved").mkdir()
    (tmp_path / "gateway.toml").rename(tmp_path / "moved" / "gateway.toml")
    assert load(tmp_path / "moved" / "gateway.toml").version == config.version


def test_the_version_tells_meanings_apart_and_no_passwords() -> None:
    assert read(ZONE).version == read("# a comment\n" + ZONE).version
    assert read(ZONE).version != read(ZONE.replace("fire_lane", "road")).version
    assert read(ZONE).version == read(ZONE.replace("hunter2", "hunter3")).version


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://u:hunter2@h:554/s", "rtsp://***@h:554/s"),
        ("/dev/video0", "/dev/video0"),
        ("rtsp://h/s?user=u&password=hunter2", "rtsp://h/s***"),
    ],
)
def test_an_address_is_shown_without_what_opens_it(url: str, shown: str) -> None:
    assert "hunter2" not in redact(url)
    assert redact(url) == shown


NON_MOTOR = ("motorcycle", "bicycle")
MOTOR = ("car", "truck", "bus")
USUAL = [
    # kind,        dwell, vehicles
    ("fire_lane", 180, MOTOR),
    ("road", 300, MOTOR),
    ("green", 300, MOTOR),
    ("gate_mouth", 300, MOTOR),
    ("lift_lobby", 300, NON_MOTOR),
    ("path", 300, NON_MOTOR),
]


@pytest.mark.parametrize(("kind", "dwell", "vehicles"), USUAL)
def test_what_is_usual_in_a_kind_of_zone_holds_until_the_file_says_otherwise(
    kind: str, dwell: float, vehicles: tuple[str, ...]
) -> None:
    zone = read(ZONE.replace("fire_lane", kind)).cameras[0].zones[0]
    assert (zone.dwell, zone.vehicles) == (dwell, vehicles)
    said = ZONE.replace("fire_lane", kind) + 'dwell = "7m"\nvehicles = ["bus"]\n'
    zone = read(said).cameras[0].zones[0]
    assert (zone.dwell, zone.vehicles) == (420, ("bus",))


def test_permits_that_can_be_known_are_right() -> None:
    assert read(PERMITTED).cameras[0].zones[0].permits == ("resident",)
    by_file = PERMITTED.replace("from_cloud = true", 'lists = ["permits.csv"]')
    assert read(by_file).plates.lists == (Path("/etc/linli/permits.csv"),)
