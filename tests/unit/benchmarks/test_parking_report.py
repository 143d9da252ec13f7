"""The parking benchmark's report, and its command on a small slice."""

import json
from collections import Counter
from xml.etree import ElementTree as ET

from typer.testing import CliRunner

from benchmarks.parking.__main__ import app
from benchmarks.parking.lots import KINDS, Kind, LotOutcome, zombie_figures
from benchmarks.parking.noise import Noise
from benchmarks.parking.plan import FULL, kind_of, tasks
from benchmarks.parking.report import figures, missed
from benchmarks.parking.witness import Outcome

KEYS = {
    "dwell_within_one_look",
    "switches_per_1000_stays",
    "false_openings_per_camera_week",
    "swaps_told_apart",
    "zombie_recall",
    "zombie_false",
    "camera_weeks",
    "stays",
    "looks",
    "seconds",
}


def lot(**confirmed: int) -> LotOutcome:
    vehicles = Counter[str](dict.fromkeys(KINDS, 1))
    return LotOutcome(vehicles, Counter({Kind[name]: count for name, count in confirmed.items()}), 0, 10, [])


def test_figures_are_shares_of_stays_and_of_camera_weeks() -> None:
    one = Outcome(stays=100, said=Counter({"within": 97, "split": 2, "not found": 1}), splits=2, merges=1, openings=4)
    one.false_openings["too early"] = 1
    one.swaps["in view"], one.told_apart["in view"] = 4, 3
    row = figures([one, one], weeks=2.0, looks=50)
    assert row.dwell_within_one_look == 0.97
    assert row.switches_per_1000_stays == 30.0
    assert row.false_openings_per_camera_week == 1.0
    assert row.swaps_told_apart == 0.75


def test_targets_that_are_missed_are_named_and_what_was_not_measured_is_not() -> None:
    good = Outcome(stays=100, said=Counter({"within": 99}))
    bad = Outcome(stays=100, said=Counter({"within": 98}), splits=1)
    everyone = zombie_figures([lot(NO_PLATE=1, UNREADABLE=1, EXPIRED=1, DUST=1)])
    wrong = zombie_figures([lot(NO_PLATE=1, UNREADABLE=1, EXPIRED=1, TRIP=1)])
    assert missed(figures([good], 1.0, 1), everyone) == ()
    named = " ".join(missed(figures([bad], 1.0, 1), wrong))
    for name in ("dwell_within_one_look", "switches_per_1000_stays", "zombie_recall", "zombie_false"):
        assert name in named
    assert "swaps_told_apart" not in named


def test_a_full_run_has_a_hundred_weeks_and_every_number_names_its_kind() -> None:
    planned = tasks(FULL, "judging")
    assert sum(task.noise is Noise.ALL for task in planned) >= 100
    assert {task.noise for task in planned} == set(Noise)
    assert all(kind_of(task.number) is task.noise for task in planned)
    assert len({task.number for task in planned}) == len(planned)


def test_a_slice_ends_with_one_json_line_and_leaves_a_picture(tmp_path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "parking.svg"
    size = ["--together", "1", "--single", "1", "--days", "0.05", "--lots", "0", "--plot", str(picture)]
    result = CliRunner().invoke(app, ["--family", "tuning", *size])
    assert result.exit_code in {0, 1}, result.output
    said = json.loads(result.stdout.strip().splitlines()[-1])
    assert set(said) >= KEYS
    assert bool(said["targets_missed"]) == (result.exit_code == 1)
    assert set(said["kinds"]) == {kind.value for kind in Noise}
    assert ET.fromstring(picture.read_text()).tag.endswith("svg")  # noqa: S314  (our own)


def test_what_cannot_be_asked_is_named() -> None:
    result = CliRunner().invoke(app, ["--family", "nobody"])
    assert result.exit_code == 2
    assert "--family nobody" in result.output
