"""Results added up, shown and drawn."""

import json
from collections.abc import Sequence
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from benchmarks.machine import describe
from benchmarks.throw.measures import Tally
from benchmarks.throw.plot import svg
from benchmarks.throw.report import NO_COST, TARGETS, CostFigures, Report, Share, missed
from benchmarks.throw.results import ClipResult, FallResult, Outcome, Result, ToldFloors, TracksResult, WatcherResult
from benchmarks.throw.summary import report_of
from benchmarks.throw.table import share_words, show

GOOD = CostFigures(
    core_fraction=0.5,
    decode_fraction=0.3,
    over_decode=1.7,
    rounds=7,
    seconds=32.0,
    kilobits_per_s=4000,
    memory_mb=200.0,
)


def fall(*, found: bool, floors: ToldFloors | None = None, area: float = 20.0, kind: str = "can") -> FallResult:
    return FallResult(
        kind=kind,
        floor=8,
        area=area,
        seen=20,
        found=found,
        floors=floors,
        column_right=None,
        physics_found=found,
        physics_floors=floors,
        baseline_found=False,
        reasons={},
    )


def watched(right: int, false: int, lost: int, tro: float | None, alarms: int = 0) -> WatcherResult:
    boxes = Tally(right, false, lost)
    return WatcherResult(boxes=boxes, frames=boxes, tro=tro, false=alarms, again=0)


def clip(
    number: int,
    falls: Sequence[FallResult],
    detector: WatcherResult,
    *,
    baseline: WatcherResult | None = None,
    weather: str = "clear",
    confuser: str | None = None,
    seconds: float = 864.0,  # a hundredth of a day
) -> ClipResult:
    return ClipResult(
        key=str(number),
        number=number,
        confuser=confuser,
        weather=weather,
        light="day",
        resolution="1920x1080",
        fps=25.0,
        codec="h264",
        photograph=False,
        seconds=seconds,
        falls=tuple(falls),
        detector=detector,
        physics=detector,
        baseline=baseline or watched(0, 0, 10, 0.0),
        ablation={},
        faults={},
        delay_s=0.5 + number,
        rejected={"steady": 1},
        notes=(),
    )


def tracks(confuser: str, days: float, false: int, baseline_false: int = 0) -> TracksResult:
    return TracksResult(
        key=f"{confuser} {days}",
        confuser=confuser,
        days=days,
        tracks=1000,
        false=false,
        physics_false=2 * false,
        baseline_false=baseline_false,
        ablation_false={},
        rejected={"erratic": 999},
        notes=(),
    )


NEAR = ToldFloors(low=8, likely=9, high=10)  # one off, and holds 8
FAR = ToldFloors(low=9, likely=11, high=12)  # neither
RESULTS: list[Result] = [
    clip(0, [fall(found=True, floors=NEAR)], watched(8, 2, 0, 0.8)),
    clip(1, [fall(found=True, floors=FAR, area=3.0)], watched(4, 0, 6, 0.4), weather="rain"),
    clip(2, [fall(found=True)], watched(10, 0, 0, 1.0, alarms=1), weather="rain"),
    clip(3, [fall(found=False, kind="box")], watched(0, 0, 10, 0.0), baseline=watched(10, 0, 0, 1.0, alarms=5)),
    clip(300_000, [], watched(0, 0, 0, None, alarms=1), confuser="bird"),
    tracks("bird", 49.95, 3, 500),
    tracks("leaf", 49.95, 1),
]


def report(results: Sequence[Result] = tuple(RESULTS), cost: CostFigures = GOOD) -> Report:
    return report_of("judging", results, cost, 12.34, describe(["numpy"]))


def test_the_figures_are_those_worked_out_by_hand() -> None:
    made = report()
    assert (made.clips, made.falls, made.recall) == (4, 4, 0.75)
    # 22 right, 2 false, 16 missed: 22/24 and 22/38
    assert made.f_measure == pytest.approx(2 * 22 / (24 + 38), abs=1e-4)
    assert made.tro == pytest.approx((0.8 + 0.4 + 1.0 + 0.0) / 4)
    # 1 with falls, 1 rendered, 4 of tracks; 5 clips of a hundredth of a day, and 49.95 days, seen for two kinds
    assert made.false_alarms_per_camera_day == pytest.approx(6 / 50.0)
    assert made.physics_only.false_alarms_per_camera_day == pytest.approx(10 / 50.0)
    assert made.baseline.false_alarms_per_camera_day == pytest.approx(505 / 50.0)
    assert (made.baseline.recall, made.baseline.tro) == (0.0, 0.25)
    assert made.delay_s == 3.5


def test_floors_are_of_what_was_found() -> None:
    made = report()
    # of three found: one within one floor, one not, one without a floor
    assert made.floor_within_1 == pytest.approx(1 / 3, abs=1e-4)
    assert made.interval_coverage == 0.5  # of the two of which a floor was told
    assert (made.shares["floor_within_1"].part, made.shares["floor_within_1"].whole) == (1, 3)


def test_groups_hold_their_own() -> None:
    made = report()
    assert {name: group.falls for name, group in made.by_size.items()} == {"< 6 px": 1, "12–30 px": 3}
    assert made.by_size["12–30 px"].recall.value == pytest.approx(2 / 3, abs=1e-4)
    assert made.by_weather["rain"].false_alarms == 1
    assert made.by_weather["rain"].tro == 0.7
    assert made.by_kind["box"].recall.value == 0.0
    assert made.by_kind["box"].baseline_f_measure == 1.0
    assert made.by_confuser["bird"].rendered_false == 1
    assert made.by_confuser["bird"].rendered_hours == 0.24
    assert made.by_confuser["bird"].false_per_camera_day == pytest.approx(3 / 49.95, abs=1e-4)
    assert made.by_confuser["leaf"].rendered_hours == 0.0


def decided(one: ClipResult, physics: Outcome, classifier: Outcome) -> ClipResult:
    return one.model_copy(update={"ablation": {"physics": physics, "classifier": classifier}})


def test_who_decides_is_worked_out_by_hand() -> None:
    by_tracks = {"ablation_false": {"physics": 12, "classifier": 6}}
    made = report(
        [
            decided(clip(0, [fall(found=True)], watched(9, 0, 0, 0.9)), out([True]), out([False], 1)),
            decided(clip(1, [fall(found=True)], watched(9, 0, 0, 0.9)), out([False], 2), out([True])),
            decided(clip(300_000, [], watched(0, 0, 0, None, alarms=1), confuser="bird"), out([], 3), out([], 2)),
            tracks("bird", 24.97, 4).model_copy(update=by_tracks),
            tracks("leaf", 24.97, 0).model_copy(update=by_tracks),
        ]
    )
    physics, classifier, both = (made.ablation[name] for name in ("physics", "classifier", "both"))
    assert [row.recall.value for row in (physics, classifier, both)] == [0.5, 0.5, 1.0]
    assert [row.rendered_false for row in (physics, classifier, both)] == [3, 2, 1]
    assert physics.false_per_rendered_hour == pytest.approx(3 / 0.24)
    assert [row.tracks_false for row in (physics, classifier, both)] == [24, 12, 4]
    assert physics.false_per_track_day == pytest.approx(24 / 24.97, abs=1e-4)
    # three clips of a hundredth of a day, and 24.97 days seen for two kinds: 25 days
    assert physics.false_alarms_per_camera_day == pytest.approx((2 + 3 + 24) / 25)
    assert classifier.false_alarms_per_camera_day == pytest.approx((1 + 2 + 12) / 25)
    assert both.false_alarms_per_camera_day == made.false_alarms_per_camera_day == pytest.approx(5 / 25)


def test_without_a_classifier_there_is_no_ablation() -> None:
    assert report().ablation == {}


def out(found: Sequence[bool], false: int = 0) -> Outcome:
    return Outcome(found=tuple(found), false=false)


def test_faults_stand_beside_the_same_clips_without_them() -> None:
    first = clip(0, [fall(found=True), fall(found=False)], watched(9, 0, 0, 0.9, alarms=1))
    second = clip(1, [fall(found=True)], watched(9, 0, 0, 0.9))
    other = clip(2, [fall(found=False)], watched(0, 0, 9, 0.0, alarms=7))  # without faults: of no account here
    made = report(
        [
            first.model_copy(update={"faults": {"jumps": out([True, True]), "dropped": out([False, False], 3)}}),
            second.model_copy(update={"faults": {"jumps": out([False]), "dropped": out([False])}}),
            other,
        ]
    )
    line = json.loads(made.model_dump_json())["faults"]
    assert {"recall", "recall_clean", "false_alarms"} <= line["jumps"].keys()
    jumps, dropped = made.faults["jumps"], made.faults["dropped"]
    assert (jumps.clips, jumps.falls, jumps.found, jumps.found_clean) == (2, 3, 2, 2)
    assert (jumps.recall, jumps.recall_clean) == (0.6667, 0.6667)
    assert (dropped.recall, dropped.false_alarms, dropped.false_alarms_clean) == (0.0, 3, 1)
    text = shown(made)
    assert "dropped" in text
    assert "leap an hour" in text
    assert report().faults == {}


def test_photographed_walls_are_told() -> None:
    made = report(
        [
            clip(0, [fall(found=True)], watched(9, 0, 0, 0.9)),
            clip(1, [fall(found=False)], watched(0, 0, 9, 0.0)).model_copy(update={"photograph": True}),
            clip(300_000, [], watched(0, 0, 0, None), confuser="bird").model_copy(update={"photograph": True}),
        ]
    )
    assert made.photographed == 2
    assert {name: group.recall.value for name, group in made.by_wall.items()} == {"drawn": 1.0, "photograph": 0.0}
    assert "2 clips show a photographed wall" in shown(made.model_copy(update={"photographs": True}))
    assert report().by_wall == {}
    assert "all walls are drawn" in shown(report())


def shown(made: Report) -> str:
    out = StringIO()
    show(made, Console(file=out, width=200))
    return out.getvalue()


def test_in_a_clip_with_two_kinds_f_is_nobodys() -> None:
    both = clip(0, [fall(found=True), fall(found=False, kind="box")], watched(5, 0, 5, 0.5))
    made = report([both])
    assert made.by_kind["can"].recall.value == 1.0
    assert made.by_kind["can"].f_measure is None
    assert made.by_weather["clear"].f_measure is not None


def test_targets_that_are_missed_are_named() -> None:
    made = report()
    names = {words.split()[0] for words in made.targets_missed}
    assert names == {
        "recall",
        "f_measure",
        "tro",
        "false_alarms_per_camera_day",
        "floor_within_1",
        "interval_coverage",
    }
    dear = report(cost=GOOD.model_copy(update={"over_decode": 1.81, "core_fraction": 0.61, "memory_mb": 251.0}))
    assert {words.split()[0] for words in dear.targets_missed} == {target.name for target in TARGETS}


def test_a_target_that_is_just_met_is_met() -> None:
    met = report().model_copy(update={target.name: target.value for target in TARGETS})
    assert missed(met) == ()
    for target in TARGETS:
        worse = target.value + (-0.001 if target.at_least else 0.001)
        (words,) = missed(met.model_copy(update={target.name: worse}))
        assert words.startswith(target.name)


def test_nothing_measured_is_nothing_missed() -> None:
    empty = report([], NO_COST)
    assert empty.targets_missed == ()
    assert empty.recall is None
    assert empty.false_alarms_per_camera_day is None
    ET.fromstring(svg(empty))  # noqa: S314
    show(empty, Console(file=StringIO()))


def test_a_share_has_its_interval() -> None:
    share = Share.of([True] * 81 + [False] * 182)
    assert (share.value, share.low, share.high) == (0.308, 0.2553, 0.3662)
    assert share_words(share) == "30.8 % (81 of 263, 26–37)"
    assert Share.of([]).value is None
    assert share_words(Share.of([])) == "– (0 of 0)"


def test_the_last_line_has_what_is_asked_for() -> None:
    line = json.loads(report().model_dump_json())
    assert {target.name for target in TARGETS} < line.keys()
    assert {"recall", "f_measure", "tro", "false_alarms_per_camera_day"} <= line["baseline"].keys()
    assert {"floor_within_1", "interval_coverage"} < line["physics_only"].keys()
    assert line["simulated"] is True


def test_the_table_tells_it_all() -> None:
    out = StringIO()
    show(report(), Console(file=out, width=200))
    text = out.getvalue()
    for words in ("recall", "75.0 %", "bird", "12–30 px", "rain", "missed: recall 0.75, wanted ≥ 0.95", "49.95"):
        assert words in text


def test_the_plot_draws_each_group() -> None:
    picture = svg(report())
    root = ET.fromstring(picture)  # noqa: S314
    words = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"rain (2)", "clear (2)", "12–30 px (3)", "< 6 px (1)"} <= set(words)
    assert any("1 in 0.24 h" in word for word in words)
    widths = [float(bar.get("width", "0")) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert all(0 < width <= 980 for width in widths)
