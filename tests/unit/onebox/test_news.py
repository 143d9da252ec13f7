"""What the terminal tells of cases and cameras, and what it keeps to itself."""

import io

import pytest
from rich.console import Console

from contract.device import CameraState
from deploy.onebox.news import Camera, News
from deploy.onebox.telling import Terminal

N1, N2 = "LL-1", "LL-2"
OPENED, ACCEPTED = (N1, "dispatched", "none"), (N1, "handling", "none")
ASKED, CLOSED = (N1, "reported", "waiting"), (N1, "closed", "gone")


class Paper:
    """A terminal whose words can be read."""

    def __init__(self) -> None:
        self._file = io.StringIO()
        self.news = News(Terminal(Console(file=self._file, width=300)))

    @property
    def lines(self) -> list[str]:
        return [line.partition("  ")[2].strip() for line in self._file.getvalue().splitlines()]


CASES = [
    # name,                                   the looks after the first,              a word of each line told
    ("nothing new", [[OPENED], [OPENED]], ["opened"]),
    (
        "a case from start to end",
        [[OPENED], [ACCEPTED], [ASKED], [CLOSED]],
        ["opened", "已接单", "等摄像机或设备核实", "verified"],
    ),
    ("accepted between two looks", [[ACCEPTED]], ["opened", "已接单"]),
    ("sent back", [[ASKED], [(N1, "handling", "still_there")]], ["opened", "等摄像机", "车辆仍在"]),
    ("closed by a person", [[OPENED], [(N1, "closed", "cannot_see")]], ["opened", "由人工核实"]),
    ("graded afterwards", [[OPENED], [CLOSED], [(N1, "evaluated", "gone")]], ["opened", "verified"]),
    ("two at once, older first", [[(N2, "handling", "none"), OPENED]], [N1, N2, N2]),
]


@pytest.mark.parametrize(("looks", "words"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_case_s_changes_are_told_once(looks: list[list[tuple[str, str, str]]], words: list[str]) -> None:
    paper = Paper()
    for look in ([], *looks, looks[-1]):
        paper.news.cases(look)
    assert [word in line for word, line in zip(words, paper.lines, strict=True)] == [True] * len(words)


def test_cases_of_an_earlier_run_are_not_told() -> None:
    paper = Paper()
    paper.news.cases([OPENED])
    paper.news.cases([OPENED])
    assert paper.lines == []
    paper.news.cases([ACCEPTED])
    assert "已接单" in paper.lines[0]


REFUSED = "rtsp://***@192.0.2.1/1: cannot be opened (Connection refused)"
CAMERAS = [
    # name,                  states,                              a word of each line told
    ("works", ["starting", "live", "live"], ["有画面"]),
    ("refused", ["starting", "lost", "lost"], ["没有画面 gives no picture：连接被拒绝 " + REFUSED]),
    ("keeps trying", ["lost"], ["网关会一直重试 the gateway keeps trying"]),
    ("and is back", ["lost", "starting", "live"], ["没有画面", "画面已恢复 the picture is back"]),
    ("still", ["live", "frozen"], ["有画面", "画面静止"]),
    ("dark", ["live", "dark"], ["有画面", "看不清"]),
]


@pytest.mark.parametrize(("states", "words"), [row[1:] for row in CAMERAS], ids=[row[0] for row in CAMERAS])
def test_a_camera_s_changes_are_told_once(states: list[str], words: list[str]) -> None:
    paper = Paper()
    for state in states:
        paper.news.cameras([Camera(camera="a", state=CameraState(state), detail=REFUSED)])
    assert [word in line for word, line in zip(words, paper.lines, strict=True)] == [True] * len(words)


def test_an_unknown_reason_stands_as_it_was_said() -> None:
    paper = Paper()
    paper.news.cameras([Camera(camera="a", state=CameraState.LOST, detail="gremlins")])
    assert "：gremlins；" in paper.lines[0]
