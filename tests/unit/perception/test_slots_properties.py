"""Slots under noise: misses, jitter, occluders, doubles and light must not change who stands."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config import Camera
from edge.perception.candidates import MAX_CANDIDATES
from edge.perception.slots import MAX_SLOTS, Look, PlaceLook, Slots, step
from edge.values import Box, ClockTrust, Detection, Moment, Presence, Sighting

CAMERA = Camera(id="cam", url="a.mp4")
HERE = Box(0.4, 0.4, 0.6, 0.6)
START = datetime(2025, 3, 1, tzinfo=UTC)

unit = st.floats(0, 1, allow_nan=False)
jitters = st.floats(-0.012, 0.012)  # six hundredths of the car's size at each side
noises = st.fixed_dictionaries(
    {
        "missed": st.floats(0, 1).map(lambda draw: draw < 0.3),
        "jitter": st.tuples(jitters, jitters, jitters, jitters),
        "double": st.booleans(),
        "occluder": st.floats(0, 1).map(lambda draw: draw < 0.15),
        "light": st.floats(0, 1).map(lambda draw: draw < 0.1),
        "likeness": st.floats(0.65, 1.0),
        "truck": st.booleans(),
        "dark": st.floats(0, 1).map(lambda draw: draw < 0.05),
        "gap_s": st.floats(1.0, 5.0),
    }
)


def moment(at_s: float) -> Moment:
    return Moment(at_s, START + timedelta(seconds=at_s), ClockTrust.SYNCED)


def noisy(noise: dict[str, object], at_s: float, relit_before: bool, pictured_relit: bool) -> Look:
    """One look at a car that stands, as bad as it gets; in the light that it was pictured in it looks as it did."""
    x1, y1, x2, y2 = (side + off for side, off in zip((0.4, 0.4, 0.6, 0.6), noise["jitter"], strict=True))  # type: ignore[call-overload]
    seen: list[Detection] = []
    if not noise["missed"] and not noise["occluder"]:
        seen.append(Detection("truck" if noise["truck"] else "car", 0.7, Box(x1, y1, x2, y2)))
        if noise["double"]:
            seen.append(Detection("car", 0.5, Box(x1, y1 + 0.05, x2 - 0.03, y2)))
    if noise["occluder"]:
        seen.append(Detection("person", 0.6, Box(0.42, 0.42, 0.58, 0.66)))
    clear = 0.3 if noise["occluder"] else 1.0
    likeness = 0.1 if noise["light"] != pictured_relit or noise["occluder"] else noise["likeness"]
    assert isinstance(likeness, float)
    scene = 0.2 if noise["light"] != relit_before else 0.95
    still = None if noise["occluder"] else 0.2 if scene < 0.5 else 0.97
    places = {"cam.s1": PlaceLook(likeness, clear, clear, still=still, untouched=still == 0.97)}
    return Look(moment(at_s), tuple(seen), places, scene=scene, visible=not noise["dark"])


@settings(max_examples=60, deadline=None)
@given(st.lists(noises, min_size=5, max_size=120))
def test_a_standing_car_keeps_one_stay_whatever_the_noise(looks: list[dict[str, object]]) -> None:
    state = Slots("cam")
    steady = [Look(moment(2.0 * n), (Detection("car", 0.8, HERE),)) for n in range(3)]
    for look in steady:
        state, sightings = step(state, look, CAMERA)
    at_s, relit, pictured_relit = 4.0, False, False
    for noise in looks:
        assert isinstance(noise["gap_s"], float)
        at_s += noise["gap_s"]
        look = noisy(noise, at_s, relit, pictured_relit)
        relit = bool(noise["light"]) if look.visible else relit
        state, sightings = step(state, look, CAMERA)
        stay = state.slots[0].stay
        pictured_relit = relit if stay and stay.pictured_s == at_s else pictured_relit
        assert [one.stay for one in sightings] == ["cam.s1.1"]
        assert sightings[0].presence is not Presence.LEFT
        assert sightings[0].entered.at_s == 0.0
        assert sightings[0].box.overlap(HERE) > 0.7


boxes = st.builds(
    lambda x, y, w, h: Box(x * 0.8, y * 0.8, x * 0.8 + 0.02 + w * 0.18, y * 0.8 + 0.02 + h * 0.18),
    unit,
    unit,
    unit,
    unit,
)
detections = st.builds(
    Detection, st.sampled_from(["car", "truck", "bus", "motorcycle", "bicycle", "person"]), unit, boxes
)
any_looks = st.lists(
    st.tuples(
        st.lists(detections, max_size=12),
        st.floats(0, 100_000, allow_nan=False),
        st.dictionaries(
            st.sampled_from([f"cam.s{n}" for n in range(1, 6)] + ["?0", "?1"]),
            st.builds(PlaceLook, st.none() | unit, unit, unit),
        ),
        st.none() | unit,
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(any_looks)
def test_whatever_comes_the_account_of_every_stay_is_whole(
    looks: list[tuple[list[Detection], float, dict[str, PlaceLook], float | None, bool, bool]],
) -> None:
    state, at_s = Slots("cam"), 0.0
    last: dict[str, Sighting] = {}
    for found, gap_s, places, scene, visible, still in looks:
        at_s += gap_s
        state, sightings = step(state, Look(moment(at_s), tuple(found), places, scene, visible, still), CAMERA)
        assert len(state.slots) <= MAX_SLOTS
        assert len(state.candidates) <= MAX_CANDIDATES
        assert len({one.slot for one in sightings}) == len({one.stay for one in sightings}) == len(sightings)
        for one in sightings:
            check(one, last.get(one.stay))
        standing = {stay for stay, one in last.items() if one.presence is not Presence.LEFT}
        assert standing <= {one.stay for one in sightings}, "a stay ends with LEFT and not otherwise"
        last |= {one.stay: one for one in sightings}


def check(now: Sighting, before: Sighting | None) -> None:
    assert now.stay.startswith(now.slot + ".")
    assert now.entered.at_s <= now.last_seen.at_s <= now.now.at_s
    assert (now.first_missed is not None) == (now.presence in {Presence.MISSED, Presence.LEFT})
    assert now.first_missed is None or now.last_seen.at_s <= now.first_missed.at_s <= now.now.at_s
    assert now.presence is not Presence.SEEN or now.last_seen == now.now
    if before:
        assert before.presence is not Presence.LEFT, "LEFT is told once, and nothing after it"
        assert (now.entered, now.entered_within_s) == (before.entered, before.entered_within_s)
    else:
        assert now.presence is Presence.SEEN
