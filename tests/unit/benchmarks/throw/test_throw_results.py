"""Results kept in a folder, and the jobs they are of."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.throw.measures import Tally
from benchmarks.throw.plan import (
    CONFUSERS_FROM,
    FLYING,
    KINDS,
    TRACKS_FROM,
    Job,
    JobKind,
    Plan,
    jobs,
    rendered,
)
from benchmarks.throw.results import (
    FILE,
    MAKES,
    ROOT,
    ClipResult,
    FallResult,
    Keep,
    OtherCode,
    Outcome,
    ToldFloors,
    TracksResult,
    WatcherResult,
    fingerprint,
)

WATCHER = WatcherResult(boxes=Tally(3, 1, 2), frames=Tally(4, 0, 1), tro=0.75, false=1, again=0)
FALL = FallResult(
    kind="brick",
    floor=7,
    area=20.0,
    seen=30,
    found=True,
    floors=ToldFloors(low=6, likely=7, high=9),
    column_right=True,
    physics_found=True,
    physics_floors=None,
    baseline_found=False,
    reasons={"steady": 2},
)
CLIP = ClipResult(
    key="judging throw 3",
    number=3,
    confuser=None,
    weather="clear",
    light="day",
    resolution="1920x1080",
    fps=25.0,
    codec="h264",
    photograph=False,
    seconds=6.0,
    falls=(FALL,),
    detector=WATCHER,
    physics=WATCHER,
    baseline=WATCHER,
    ablation={"physics": Outcome(found=(False,), false=2)},
    faults={"jumps": Outcome(found=(True,), false=0)},
    delay_s=0.4,
    rejected={"steady": 2},
    notes=("false: 一片叶子",),
)
TRACKS = TracksResult(
    key="judging tracks 600000 bird 5 d",
    confuser="bird",
    days=5.0,
    tracks=100,
    false=1,
    physics_false=2,
    baseline_false=30,
    ablation_false={"physics": 4, "classifier": 1},
    rejected={"erratic": 99},
    notes=(),
)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "new" / "folder", "code")
    keep.add(CLIP)
    keep.add(TRACKS)
    assert Keep(tmp_path / "new" / "folder", "code").results == [CLIP, TRACKS]


def test_results_of_other_code_are_refused(tmp_path: Path) -> None:
    Keep(tmp_path, "code").add(CLIP)
    with pytest.raises(OtherCode, match="other code"):
        Keep(tmp_path, "other")
    assert Keep(tmp_path, "code").results == [CLIP]


def test_a_line_that_was_cut_off_is_run_again(tmp_path: Path) -> None:
    Keep(tmp_path, "code").add(CLIP)
    Keep(tmp_path, "code").add(TRACKS)
    whole = (tmp_path / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(whole[:-40], encoding="utf-8")
    keep = Keep(tmp_path, "code")
    assert keep.results == [CLIP]
    keep.add(TRACKS)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == whole


def test_a_damaged_line_before_others_is_refused(tmp_path: Path) -> None:
    Keep(tmp_path, "code").add(CLIP)
    damaged = (tmp_path / FILE).read_text(encoding="utf-8").replace("brick", 'br"ick') + TRACKS.model_dump_json() + "\n"
    (tmp_path / FILE).write_text(damaged, encoding="utf-8")
    with pytest.raises(OtherCode, match="no result"):
        Keep(tmp_path, "code")


def test_the_fingerprint_changes_with_the_code(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.py").write_text("1", encoding="utf-8")
    (tmp_path / "two.py").write_text("2", encoding="utf-8")
    first = fingerprint(tmp_path, ("a", "two.py", "none.onnx"))
    (tmp_path / "a" / "notes.txt").write_text("none of its business", encoding="utf-8")
    assert fingerprint(tmp_path, ("a", "two.py", "none.onnx")) == first
    (tmp_path / "none.onnx").write_bytes(b"now there is one")
    second = fingerprint(tmp_path, ("a", "two.py", "none.onnx"))
    (tmp_path / "two.py").write_text("3", encoding="utf-8")
    assert len({first, second, fingerprint(tmp_path, ("a", "two.py", "none.onnx"))}) == 3


def test_what_makes_results_is_there() -> None:
    assert [make for make in MAKES if not (ROOT / make).exists() and not make.endswith(".onnx")] == []


FLOORS = [
    # likely, true, within one
    (7, 7, True),
    (7, 8, True),
    (7, 9, False),
    (1, -1, True),  # there is no floor 0
    (1, -2, False),
    (-1, 2, False),
    (-2, -3, True),
]


@pytest.mark.parametrize(("likely", "true", "within"), FLOORS)
def test_floors_next_to_each_other(likely: int, true: int, within: bool) -> None:
    assert ToldFloors(low=likely, likely=likely, high=likely).within_one(true) is within


def test_an_interval_holds_its_ends() -> None:
    told = ToldFloors(low=-1, likely=1, high=3)
    assert [told.holds(floor) for floor in (-2, -1, 1, 3, 4)] == [False, True, True, True, False]


def test_a_plan_in_jobs() -> None:
    made = jobs(Plan(clips=2, hours=0.1, days=7.0, seed0=10, classifier=False), "judging")
    throws, confusers, tracks = ([job for job in made if job.kind is kind] for kind in JobKind)
    assert [job.number for job in throws] == [10, 11]
    assert [job.number for job in confusers] == [CONFUSERS_FROM + 10 + i for i in range(18)]  # 360 s in clips of 20 s
    assert {job.confuser for job in confusers} == {*KINDS, None}
    assert [job.days for job in tracks] == [5.0] * len(FLYING) + [2.0] * len(FLYING)
    assert {job.number for job in tracks} == {TRACKS_FROM + 10, TRACKS_FROM + 11}
    assert len({job.key for job in made}) == len(made)
    assert not any(job.classifier for job in made)


def test_the_first_clips_are_shown_with_faults_and_no_other_job() -> None:
    plan = Plan(clips=3, hours=0.1, days=5.0, faults=2)
    made = jobs(plan, "judging")
    assert [job.number for job in made if job.faults] == [0, 1]
    with_faults, without = made[0], jobs(replace(plan, faults=0), "judging")[0]
    assert with_faults.key != without.key  # what is kept of the one is not taken for the other
    assert not any(job.faults for job in jobs(replace(plan, clips=0), "judging"))


def test_a_rendered_confuser_is_told_by_its_number() -> None:
    assert rendered("judging", CONFUSERS_FROM) == Job(JobKind.CONFUSER, "judging", CONFUSERS_FROM, KINDS[0])
    assert rendered("judging", CONFUSERS_FROM + len(KINDS)).confuser is None
    assert rendered("judging", CONFUSERS_FROM + len(KINDS) + 1).confuser is KINDS[0]
