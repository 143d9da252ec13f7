"""A scene: painted pictures and a detector that finds the paint, so that gate, appearance and slots work together."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import cv2
import numpy as np
import pytest

from edge.config import Camera
from edge.perception.memory import MAX_MEMORY_BYTES
from edge.perception.scene import LOOK_AT_LEAST_S, Scene, View
from edge.values import Box, ClockTrust, Frame, Image, Moment
from models.detection import Detections, Seen

CAMERA = Camera(id="yard", url="a.mp4")
Change = Callable[[Image], Image]


class Paint:
    """Finds what is said to stand in the picture, and counts how often it was asked."""

    names = ("car", "person")

    def __init__(self) -> None:
        self.asked = 0
        self.blind = False
        self.cars: list[tuple[float, float, float, float]] = []
        self.persons: list[tuple[float, float, float, float]] = []

    def detect(self, image: np.ndarray) -> Detections:
        self.asked += 1
        height, width = image.shape[:2]
        boxes = [] if self.blind else self.cars + self.persons
        return Detections(
            np.array(boxes, np.float32).reshape(-1, 4) * np.array([width, height, width, height], np.float32),
            np.full(len(boxes), 0.8, np.float32),
            np.array([0] * len(self.cars) + [1] * len(self.persons) if boxes else [], np.int64),
        )

    def look(self, image: np.ndarray) -> Seen:
        return Seen(self.detect(image))


class Yard:
    """A camera over a yard: what stands there, how it is lit, and a scene that watches."""

    def __init__(self, scene: Scene | None = None) -> None:
        self.paint = Paint()
        self.scene = scene or Scene(CAMERA, self.paint)
        self.at_s = 0.0
        self.bodies: dict[tuple[float, float, float, float], int] = {}

    def arrive(self, *place: float, seed: int) -> None:
        box = (place[0], place[1], place[2], place[3])
        self.bodies[box] = seed
        self.paint.cars.append(box)

    def leave(self, *place: float) -> None:
        box = (place[0], place[1], place[2], place[3])
        del self.bodies[box]
        self.paint.cars.remove(box)

    def image(self, size: tuple[int, int] = (640, 360)) -> Image:
        image = np.random.default_rng(int(self.at_s)).normal(100, 3, (360, 640, 3))
        image += np.linspace(-20, 20, 640)[None, :, None]
        for n in range(6):
            image[40:60, n * 100 : n * 100 + 40] -= 50
        for (x1, y1, x2, y2), seed in self.bodies.items():
            panels = np.random.default_rng(seed).uniform(10, 240, (5, 7, 3))
            spot = (round((x2 - x1) * 640), round((y2 - y1) * 360))
            top, left = round(y1 * 360), round(x1 * 640)
            image[top : top + spot[1], left : left + spot[0]] = cv2.resize(
                panels, spot, interpolation=cv2.INTER_NEAREST
            )
        for x1, y1, x2, y2 in self.paint.persons:
            image[round(y1 * 360) : round(y2 * 360), round(x1 * 640) : round(x2 * 640)] = 20
        return np.asarray(cv2.resize(image.clip(0, 255).astype(np.uint8), size), np.uint8)

    def look(self, change: Change = lambda image: image, *, force: bool = False, after_s: float = 2.0) -> View:
        self.at_s += after_s
        now = Moment(self.at_s, datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=self.at_s), ClockTrust.SYNCED)
        return self.scene.perceive(Frame("yard", now, change(self.image())), force=force)

    def said(self, looks: int, change: Change = lambda image: image) -> list[list[tuple[str, str]]]:
        return [[(one.stay, one.presence.value) for one in self.look(change).sightings] for _ in range(looks)]


@pytest.fixture
def yard() -> Yard:
    """A yard with one car that came and stands."""
    yard = Yard()
    for _ in range(2):
        yard.look(force=True)
    yard.arrive(0.3, 0.4, 0.5, 0.7, seed=1)
    assert yard.said(3)[-1] == [("yard.s1.1", "seen")]
    return yard


def test_after_something_moved_a_still_scene_is_looked_at_ever_more_seldom(yard: Yard) -> None:
    for _ in range(120):
        yard.look()
    yard.paint.persons.append((0.7, 0.3, 0.75, 0.6))
    yard.look()
    yard.paint.persons.clear()
    assert yard.look().moved
    moved_s = yard.at_s
    looked = [view.now.at_s - moved_s for view in (yard.look() for _ in range(60)) if view.inferred]
    assert looked[:5] == [2, 4, 8, 16, 32]
    assert len(looked) <= 7


def test_a_still_scene_is_looked_at_once_a_minute(yard: Yard) -> None:
    for _ in range(120):
        yard.look()
    while not yard.look().inferred:
        pass
    asked, started = yard.paint.asked, yard.at_s
    for _ in range(150):
        view = yard.look()
        assert [one.presence for one in view.sightings] == ["seen"]
        assert view.inferred == (view.now.at_s - started in {60.0, 120.0, 180.0, 240.0, 300.0})
    assert yard.paint.asked - asked == 300 / LOOK_AT_LEAST_S


def test_force_looks_without_motion(yard: Yard) -> None:
    view = yard.look(force=True)
    assert (view.inferred, view.moved) == (True, False)


def test_a_car_that_leaves_has_left(yard: Yard) -> None:
    yard.leave(0.3, 0.4, 0.5, 0.7)
    assert [said[0][1] if said else "" for said in yard.said(6)] == ["missed"] * 3 + ["left", "", ""]
    assert yard.scene.place("yard.s1") is not None, "the place stays known"
    assert yard.scene.place("yard.s9") is None


def test_a_detector_that_goes_blind_ends_no_stay(yard: Yard) -> None:
    yard.paint.blind = True
    for _ in range(40):
        assert next(one.presence for one in yard.look(force=True).sightings) in {"seen", "hidden"}


def test_light_steps_end_no_stay(yard: Yard) -> None:
    def dimmer(gain: float) -> Change:
        return lambda image: np.asarray((image * gain).clip(0, 255), np.uint8)

    for gain in (0.5, 1.0, 0.3, 1.4, 0.8):
        yard.paint.blind = gain == 0.3
        assert {said[0] for said in yard.said(3, dimmer(gain))} == {("yard.s1.1", "seen")}


def test_a_person_before_it_hides_it_and_ends_nothing(yard: Yard) -> None:
    yard.paint.persons = [(0.28, 0.35, 0.52, 0.75)]
    yard.paint.cars = []
    assert {said[0] for said in yard.said(10)} == {("yard.s1.1", "hidden")}
    yard.paint.persons, yard.paint.cars = [], [(0.3, 0.4, 0.5, 0.7)]
    assert yard.said(1) == [[("yard.s1.1", "seen")]]


def test_another_car_after_a_gap_is_another_stay(yard: Yard) -> None:
    yard.leave(0.3, 0.4, 0.5, 0.7)
    yard.arrive(0.3, 0.4, 0.5, 0.7, seed=2)
    yard.at_s += 600
    stays = [said[-1] for said in yard.said(8)]
    assert stays[-1] == ("yard.s1.2", "seen")
    assert ("yard.s1.1", "left") in stays


def test_the_same_car_after_a_gap_is_the_same_stay(yard: Yard) -> None:
    yard.at_s += 600
    assert {said[0] for said in yard.said(5)} == {("yard.s1.1", "seen")}


def test_a_neighbour_that_leaves_takes_nobody_along(yard: Yard) -> None:
    yard.arrive(0.45, 0.4, 0.65, 0.7, seed=3)  # overlaps the first by a quarter, as in a row seen aslant
    assert len(yard.said(4)[-1]) == 2
    yard.leave(0.45, 0.4, 0.65, 0.7)
    said = yard.said(6)
    assert {row[0] for row in said} == {("yard.s1.1", "seen")}
    assert ("yard.s2.1", "left") in [pair for row in said for pair in row]


@pytest.mark.parametrize("pictured_together", [True, False])
def test_a_neighbour_that_stays_does_not_stand_in_for_one_that_left(yard: Yard, pictured_together: bool) -> None:
    yard.arrive(0.38, 0.42, 0.58, 0.73, seed=3)  # hides more than half of the first one's box
    assert len(yard.said(6)[-1]) == 2
    if pictured_together:
        yard.look(force=True)
    yard.leave(0.3, 0.4, 0.5, 0.7)
    said = [pair for row in yard.said(45) for pair in row]
    assert ("yard.s1.1", "left") in said
    assert said[-1] == ("yard.s2.1", "seen")


def test_dark_is_not_visible_and_says_why(yard: Yard) -> None:
    view = yard.look(lambda image: image // 60)
    assert (view.visible, [one.presence for one in view.sightings]) == (False, ["hidden"])
    assert "too dark" in view.reason
    assert yard.look().visible


def resized(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size), np.uint8)


def test_another_resolution_midway_is_harmless(yard: Yard) -> None:
    for size in ((1280, 720), (320, 240), (640, 360)):
        view = yard.look(partial(resized, size=size))
        assert [(one.stay, one.presence) for one in view.sightings] == [("yard.s1.1", "seen")]


def test_a_restart_goes_on_exactly(yard: Yard) -> None:
    yard.look(force=True)
    kept = yard.scene.state()
    twin = Yard(Scene(CAMERA, yard.paint, state=kept))
    assert twin.scene.state() == kept
    twin.paint, twin.bodies, twin.at_s = yard.paint, dict(yard.bodies), yard.at_s
    for place in ((0.3, 0.4, 0.5, 0.7),):
        yard.leave(*place)
        del twin.bodies[place]
    for _ in range(6):
        ours, theirs = yard.look(force=True), twin.look(force=True)
        assert ours.sightings == theirs.sightings
        assert yard.scene.state() == twin.scene.state()


DAMAGE: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("empty", lambda kept: b"", "not a camera's memory"),
    ("cut off", lambda kept: kept[:-5], "not a camera's memory"),
    (
        "another version",
        lambda kept: kept.replace(b'"version":3', b'"version":4'),
        "not a camera's memory of version 1 to 3",
    ),
    ("an unknown field", lambda kept: kept[:-1] + b',"more":1}', "not a camera's memory"),
    ("another camera", lambda kept: kept.replace(b'"yard"', b'"gate"'), "of camera 'gate'"),
    ("too long", lambda kept: kept + b" " * MAX_MEMORY_BYTES, "at most 4194304"),
]


@pytest.mark.parametrize(("damage", "text"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
def test_a_damaged_state_is_refused(yard: Yard, damage: Callable[[bytes], bytes], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Scene(CAMERA, Paint(), state=damage(yard.scene.state()))


def test_starting_afresh_names_no_place_twice() -> None:
    afresh = Yard()
    afresh.scene = Scene(CAMERA, afresh.paint, slots_from=7)
    afresh.arrive(0.3, 0.4, 0.5, 0.7, seed=1)
    assert afresh.said(3)[-1] == [("yard.s8.1", "seen")]
    assert afresh.scene.slots_made == 8


def test_costs_come_from_the_clock_handed_in() -> None:
    ticks = count(0.0, 0.004)
    yard = Yard()
    yard.scene = Scene(CAMERA, yard.paint, cpu_clock=lambda: next(ticks))
    view = yard.look()
    assert view.gate_ms == pytest.approx(4.0)
    assert view.inference_ms == pytest.approx(4.0)


def test_detections_are_the_last_known_and_say_so(yard: Yard) -> None:
    view = yard.look()
    assert not view.inferred
    box = view.detections[0].box
    assert box.overlap(Box(0.3, 0.4, 0.5, 0.7)) > 0.99


def test_a_state_of_version_1_goes_on(yard: Yard) -> None:
    yard.look(force=True)
    document = json.loads(yard.scene.state())
    new_of_stay = ("doubted", "missed_since_s", "hits", "tries", "arrived", "usual", "kin", "returns", "wear")
    for slot in document["slots"]["slots"]:
        for name in ("last", "last_seen_s"):
            del slot[name]
        for name in new_of_stay:
            del slot["stay"][name]
    for place in (*document["places"].values(), {"looks": document["picture"]}):
        del place["looks"]["embedding"]
    del document["grounds"], document["version"]
    old = json.dumps({**document, "version": 1}, separators=(",", ":")).encode()
    updated = Scene(CAMERA, yard.paint, state=old)
    assert updated.place("yard.s1") == yard.scene.place("yard.s1")
    yard.scene = updated
    assert yard.said(3)[-1] == [("yard.s1.1", "seen")]
