"""From frames to committed events: once each, through restarts, full disks and requests to look again."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from contract.downlink import Look
from contract.parking import Outcome, ParkingCleared, ParkingOpened, ParkingVerification
from edge.app import watch as watch_module
from edge.errors import DiskFull
from edge.evidence.album import Home
from edge.values import Detection, Frame, Sighting
from models.detection import Detections
from tests.contract.samples import ID, SIG
from tests.unit.app.street import START, Yard, frame, moment

TYPES = ["parking.opened.v1", "parking.milestone.v1", "parking.cleared.v1"]


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(tmp_path)
    yield yard
    yard.close()


def look(stay: str = "east.s1.1", **changes: object) -> Look:
    fields = {
        "community": "demo",
        "gateway": "gw-1",
        "issued_at": START,
        "keyid": "0123456789abcdef",
        "sig": SIG,
        "id": ID,
        "camera": "east",
        "zone": "lane",
        "slot": stay.rpartition(".")[0],
        "stay": stay,
        "answer_by": START,
        "within_s": 30,
    }
    return Look.model_validate({**fields, **changes})


def play(yard: Yard, story: str, *, start: int = 0, restart_every: int = 0) -> int:
    """One letter a second: `.` an empty street, `C` a car stands. Gives the second after the last."""
    for second, letter in zip(count(start), story, strict=False):
        yard.watch.take(frame(second, car=letter == "C"))
        if restart_every and second % restart_every == restart_every - 1:
            yard.restart()
    return start + len(story)


STAY = "." * 5 + "C" * 60 + "." * 10


def test_a_stay_is_told_once_with_its_times_and_pictures(yard: Yard) -> None:
    play(yard, STAY)
    events = yard.told()
    assert [event.type for event in events] == TYPES
    opened, cleared = events[0], events[2]
    assert isinstance(opened, ParkingOpened)
    assert isinstance(cleared, ParkingCleared)
    assert opened.data.entered_at == moment(5).seen_at
    assert opened.data.entered_within_s == pytest.approx(1)
    assert opened.data.dwell_s == pytest.approx(20)
    assert cleared.data.dwell_s == pytest.approx(59)
    assert (cleared.data.last_seen_at, cleared.data.missed_at) == (moment(64).seen_at, moment(65).seen_at)
    kinds = [evidence.kind.value for evidence in opened.data.evidence]
    assert kinds[0] == "enter"
    assert kinds[-1] == "due"
    assert all(evidence.masked and yard.store.read(evidence.sha256) for evidence in opened.data.evidence)


@pytest.mark.parametrize("every", [1, 3, 7])
def test_killed_after_any_look_it_goes_on_and_tells_nothing_twice(yard: Yard, every: int) -> None:
    play(yard, STAY, restart_every=every)
    assert [event.type for event in yard.told()] == TYPES


def test_a_passing_car_is_not_told(yard: Yard) -> None:
    play(yard, "." * 5 + "C" * 10 + "." * 30)
    assert yard.told() == []


def test_a_full_disk_delays_an_event_and_loses_none(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    now = play(yard, "." * 5 + "C" * 18)
    with monkeypatch.context() as full:
        full.setattr(yard.outbox, "commit", refuse)
        now = play(yard, "C" * 10, start=now)
    assert yard.told() == []
    play(yard, "C" * 3, start=now)
    assert [event.type for event in yard.told()] == TYPES[:1]


def test_memory_for_a_full_disk_is_bounded(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yard.outbox, "commit", refuse)
    monkeypatch.setattr(watch_module, "MAX_UNSENT", 1)
    with pytest.raises(DiskFull):
        play(yard, "." * 5 + "C" * 40)


def test_a_disk_that_stays_full_stops_a_camera_and_nothing_else(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(yard.outbox, "commit", refuse)
        full.setattr(watch_module, "MAX_UNSENT", 1)
        with pytest.raises(DiskFull):
            play(yard, "." * 5 + "C" * 40)
        yard.watch.tick(moment(60))
        yard.watch.ask(look(zone="lawn"), moment(60))
    yard.watch.tick(moment(61))
    assert sorted(event.type for event in yard.told()) == ["parking.opened.v1", "parking.verification.v1"]


def test_a_full_disk_is_told_once_and_once_that_it_is_over(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "edge.app")
    now = play(yard, "." * 5 + "C" * 18)
    with monkeypatch.context() as full:
        full.setattr(yard.outbox, "commit", refuse)
        full.setattr(yard.store, "put", refuse)
        now = play(yard, "C" * 20, start=now)
    play(yard, "C" * 8 + "." * 10, start=now)
    said = [record.message.split(": ")[1] for record in caplog.records if "is live" not in record.message]
    events, pictures = "events wait for room", "pictures are not kept"
    assert sorted(said) == [events, f"{events} no more", pictures, f"{pictures} no more"]


def refuse(*_: object, **__: object) -> None:
    raise DiskFull("the test's disk is full")


def answers(yard: Yard) -> list[ParkingVerification]:
    return [event for event in yard.told() if isinstance(event, ParkingVerification)]


def test_asked_while_it_stands_the_answer_is_still_there_with_a_picture(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    done = yard.watch.ask(look(), moment(now))
    play(yard, "C" * 6, start=now)
    (answer,) = answers(yard)
    assert answer.data.outcome is Outcome.STILL_THERE
    assert answer.data.command == ID
    assert answer.data.evidence
    assert done.done()


def test_asked_after_it_left_the_answer_is_gone(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    yard.watch.ask(look(), moment(now))
    play(yard, "." * 12, start=now)
    assert [answer.data.outcome for answer in answers(yard)] == [Outcome.GONE]


def test_asked_while_no_frame_comes_the_answer_is_cannot_see(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    done = yard.watch.ask(look(), moment(now))
    yard.watch.tick(moment(now + 29))
    assert not done.done()
    yard.watch.tick(moment(now + 31))
    assert [answer.data.outcome for answer in answers(yard)] == [Outcome.CANNOT_SEE]
    assert answers(yard)[0].data.reason


def test_asked_of_a_zone_that_is_gone_it_says_so_at_once(yard: Yard) -> None:
    play(yard, "...")
    assert yard.watch.ask(look(zone="lawn"), moment(3)).done()
    assert answers(yard)[0].data.outcome is Outcome.CANNOT_SEE


def test_the_longest_names_that_can_be_asked_for_are_answered(yard: Yard) -> None:
    yard.watch.ask(look("s" * 93 + ".1", camera="c" * 63, zone="z" * 63), moment(3))
    assert len(answers(yard)) == 1


def test_the_same_request_twice_is_answered_once(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    assert yard.watch.ask(look(), moment(now)) is yard.watch.ask(look(), moment(now))
    play(yard, "C" * 6, start=now)
    assert len(answers(yard)) == 1


def test_an_answer_and_that_it_was_given_are_one_write(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    yard.watch.ask(look(), moment(now))
    assert not yard.outbox.seen_command(ID)
    play(yard, "C" * 6, start=now)
    yard.restart()
    assert len(answers(yard)) == 1
    assert yard.outbox.seen_command(ID)


def test_whoever_asked_may_give_up_waiting(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    done = yard.watch.ask(look(), moment(now))
    done.cancel()
    play(yard, "C" * 6, start=now)
    assert len(answers(yard)) == 1


def test_a_tick_with_nothing_to_do_does_not_wait_for_an_inference(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def slowly(_: object) -> Detections:
        begun.set()
        go_on.wait(20)
        return Detections.none()

    monkeypatch.setattr(yard.detector, "detect", slowly)
    look_taken = Thread(target=yard.watch.take, args=(frame(0, car=True),))
    tick = Thread(target=yard.watch.tick, args=(moment(0),), daemon=True)
    look_taken.start()
    try:
        assert begun.wait(20)
        tick.start()
        tick.join(5)
        assert not tick.is_alive()
    finally:
        go_on.set()
        look_taken.join(20)


def test_no_picture_is_masked_by_what_an_earlier_look_saw(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    observe = yard.watch._album.observe
    stale: list[float] = []
    calls = 0

    def noted(seen: Frame, sightings: Sequence[Sighting], detections: Sequence[Detection], *, home: Home) -> None:
        if detections and yard.detector.calls == calls:
            stale.append(seen.moment.at_s)
        observe(seen, sightings, detections, home=home)

    monkeypatch.setattr(yard.watch._album, "observe", noted)
    for second, letter in enumerate("." * 5 + "C" * 30):
        calls = yard.detector.calls
        yard.watch.take(frame(second, car=letter == "C"))
    assert calls < 30  # some looks were spared the detector
    assert stale == []


def test_requests_beyond_the_bound_are_answered_not_kept(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    ids = [f"01930f6e-7a2b-7c3d-8e4f-0123456789{number:02x}" for number in range(watch_module.MAX_ASKED + 1)]
    futures = [yard.watch.ask(look(id=name), moment(now)) for name in ids]
    assert [future.done() for future in futures] == [False] * watch_module.MAX_ASKED + [True]


def test_a_damaged_memory_starts_afresh_without_naming_two_places_alike(yard: Yard) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    yard.outbox.commit([], state={"east/scene": b"rubbish"})
    yard.restart()
    play(yard, "C" * 30, start=now)
    slots = {event.data.slot for event in yard.told() if isinstance(event, ParkingOpened)}
    assert slots == {"east.s1", "east.s2"}


@pytest.mark.parametrize("what", ["zombies", "berths", "plates"])
def test_what_else_is_damaged_costs_no_stay_its_identity(yard: Yard, what: str) -> None:
    now = play(yard, "." * 5 + "C" * 30)
    yard.outbox.commit([], state={f"east/{what}": b"rubbish"})
    yard.restart()
    play(yard, "C" * 30, start=now)
    assert [event.data.stay for event in yard.told() if isinstance(event, ParkingOpened)] == ["east.s1.1"]
