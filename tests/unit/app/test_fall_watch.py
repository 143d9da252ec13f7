"""From shots to events of falls: once each, in time, with what proves them, through restarts and full disks."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from contract.downlink import Look
from contract.envelope import PictureKind
from contract.parking import Outcome, ParkingVerification
from contract.throwing import ObjectThrown, ObjectThrownClip
from edge.app import fall_films, fall_watch
from edge.app.fall_watch import TOLD_WITHIN_S, Glimpse
from edge.app.workshop import Job, Threads
from edge.errors import DiskFull
from edge.evidence import reel
from edge.sources.film import Gaps
from tests.integration.sources.drops import Drops
from tests.unit.app.court import BIRD, Court
from tests.unit.app.street import START, moment
from tests.unit.app.test_watch import look
from tests.unit.evidence.falls import fall

FALL = fall(2.0)
ENDED_S = FALL.ended_s
THROWN, CLIP = "object.thrown.v1", "object.thrown.clip.v1"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Drops(seconds=9.0).write(tmp_path_factory.mktemp("court"))


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Court]:
    court = Court(tmp_path, falls=[FALL], rejected=[BIRD])
    yield court
    court.close()


def types(court: Court) -> list[str]:
    return [event.type for event in court.told()]


def thrown(court: Court) -> ObjectThrown:
    return next(event for event in court.told() if isinstance(event, ObjectThrown))


def film(court: Court) -> ObjectThrownClip:
    return next(event for event in court.told() if isinstance(event, ObjectThrownClip))


def test_a_fall_is_told_with_its_picture_and_then_its_film(court: Court, clip: Path) -> None:
    court.play(clip)
    assert types(court) == [THROWN, CLIP]
    event, after = thrown(court), film(court)
    data = event.data
    assert (data.camera, data.facade, data.facade_name) == ("east", "front", "正面 Front")
    assert data.began_at == START + timedelta(seconds=FALL.began_s)
    assert data.ended_at == START + timedelta(seconds=ENDED_S)
    assert data.fall == "f20261121t020002.040" == after.data.fall
    assert data.picture_size == (640, 360)
    assert data.floor is not None
    assert (data.floor.low, data.floor.likely, data.floor.high) == (6, 6, 6)
    assert data.path[0].s == 0
    assert data.path[0].x == pytest.approx(332 / 640, abs=1e-3)
    assert data.models == ("ssdlite-mobilenetv2-coco", "throw-1")
    (picture,), (shown,) = data.evidence, after.data.evidence
    assert (picture.kind, picture.media_type, picture.masked) == (PictureKind.FALL, "image/jpeg", True)
    assert (shown.kind, shown.media_type, shown.masked) == (PictureKind.CLIP, "video/mp4", True)
    assert all(court.store.read(one.sha256) for one in (picture, shown))


def test_it_is_told_within_two_seconds_of_its_end_and_the_film_when_it_is_recorded(court: Court, clip: Path) -> None:
    court.play(clip, until_s=ENDED_S + 0.5)
    assert types(court) == [THROWN]
    court.play(clip, until_s=0.1)
    assert types(court) == [THROWN], "nothing of an old stream goes into a new one's film"


def test_what_is_no_fall_is_counted_by_its_reason(court: Court, clip: Path) -> None:
    court.play(clip)
    health = court.watch.counters.take()
    assert health.rejected == {"erratic": 1}
    assert health.looks > 200


def test_killed_between_a_fall_and_its_film_the_film_is_lost_and_nothing_doubled(court: Court, clip: Path) -> None:
    court.play(clip, until_s=ENDED_S + 1.0)
    court.restart()
    court.falls.clear()
    assert court.watch.last is not None
    assert court.watch.last.at_s == pytest.approx(ENDED_S + 0.3, abs=0.1)
    court.play(clip)
    assert types(court) == [THROWN]


def test_what_a_film_needs_is_kept_until_it_is_cut(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reel, "SLACK_S", -1.0)  # the reel keeps 4 s and what is held
    court = Court(tmp_path, falls=[FALL], masking={"enabled": False})
    court.play(clip)
    body = court.store.read(film(court).data.evidence[0].sha256)
    assert body is not None
    with av.open(io.BytesIO(body), "r") as container:
        assert len(list(container.decode(video=0))) > 6 * 25
    court.close()


def test_a_stream_that_ends_after_a_fall_gives_the_film_there_is(court: Court, clip: Path) -> None:
    court.play(clip, until_s=ENDED_S + 0.5, lose=True)
    assert types(court) == [THROWN, CLIP]


def test_a_stream_that_begins_anew_gives_no_film_without_the_fall(
    court: Court, clip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    court.play(clip, until_s=ENDED_S + 0.5)
    court.watch.reel.begin("h264", (640, 360), b"")
    court.play_on(9.0)
    assert types(court) == [THROWN]
    assert "nothing was kept of it" in caplog.text


def test_a_fall_that_is_seen_as_the_stream_ends_is_told(court: Court, clip: Path) -> None:
    court.play(clip, until_s=ENDED_S + 0.1)
    assert types(court) == []
    court.watch.lost()
    assert types(court) == [THROWN, CLIP]


def test_two_falls_at_once_have_two_names_and_one_film(court: Court, clip: Path) -> None:
    court.falls.append(fall(2.0, x=100.0))
    court.falls.append(fall(2.6, x=200.0))
    court.play(clip)
    events = court.told()
    names = [event.data.fall for event in events if isinstance(event, ObjectThrown)]
    assert names == ["f20261121t020002.040", "f20261121t020002.040-2", "f20261121t020002.640"]
    films = [event.data for event in events if isinstance(event, ObjectThrownClip)]
    assert [one.fall for one in films] == names
    assert len({one.evidence[0].sha256 for one in films}) == 1


def test_more_falls_than_a_film_has_room_for_begin_another(
    court: Court, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fall_films, "MAX_FALLS", 2)
    court.falls += [fall(2.0, x=100.0 * number) for number in (1, 2)]
    court.play(clip)
    films = [event.data for event in court.told() if isinstance(event, ObjectThrownClip)]
    assert len(films) == 3
    assert len({one.evidence[0].sha256 for one in films}) == 2


class Later:
    """Does jobs when it is told to."""

    def __init__(self) -> None:
        self.pictures: list[tuple[Job, Future[None]]] = []
        self.films: list[tuple[Job, Future[None]]] = []

    def picture(self, job: Job) -> Future[None]:
        return self._waits(self.pictures, job)

    def film(self, job: Job) -> Future[None]:
        return self._waits(self.films, job)

    def _waits(self, jobs: list[tuple[Job, Future[None]]], job: Job) -> Future[None]:
        done: Future[None] = Future()
        jobs.append((job, done))
        return done

    def work(self, jobs: list[tuple[Job, Future[None]]]) -> None:
        for job, done in jobs:
            job()
            done.set_result(None)
        jobs.clear()


def test_a_picture_that_takes_too_long_goes_with_the_film(tmp_path: Path, clip: Path) -> None:
    later = Later()
    court = Court(tmp_path, falls=[FALL], workshop=later)
    court.play(clip, until_s=ENDED_S + TOLD_WITHIN_S - 0.1)
    assert types(court) == []
    court.play_on(ENDED_S + TOLD_WITHIN_S + 0.05)
    assert types(court) == [THROWN]
    assert thrown(court).data.evidence == ()
    court.play_on(9.0)
    later.work(later.pictures)
    later.work(later.films)
    assert types(court) == [THROWN, CLIP]
    assert [one.kind for one in film(court).data.evidence] == [PictureKind.FALL, PictureKind.CLIP]
    court.close()


def test_a_fall_is_told_in_time_although_no_shot_comes_any_more(tmp_path: Path, clip: Path) -> None:
    court = Court(tmp_path, falls=[FALL], workshop=Later())
    court.play(clip, until_s=ENDED_S + 0.5)
    court.watch.tick(moment(ENDED_S + TOLD_WITHIN_S - 0.1))
    assert types(court) == []
    court.watch.tick(moment(ENDED_S + TOLD_WITHIN_S + 0.001))
    assert types(court) == [THROWN]
    court.close()


def test_pictures_and_films_that_wait_are_bounded(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fall_watch, "MAX_PICTURES", 2)
    monkeypatch.setattr(fall_films, "MAX_FALLS", 1)
    monkeypatch.setattr(fall_films, "MAX_WAITING", 2)
    later = Later()
    court = Court(tmp_path, falls=[fall(2.0, x=50.0 * number) for number in range(1, 6)], workshop=later)
    court.play(clip)
    assert (len(later.pictures), len(later.films)) == (2, 2)
    assert "too many are being made" in caplog.text
    assert types(court).count(THROWN) == 5
    court.close()


def test_a_bug_in_a_job_comes_out(court: Court, clip: Path) -> None:
    later = Later()
    court.workshop = later
    court.restart()
    court.play(clip, until_s=ENDED_S + 0.5)
    (_, done), *_ = later.pictures
    done.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        court.watch.tick(moment(5.0))


class Broken:
    """Does no job: each ends with a bug."""

    def picture(self, job: Job) -> Future[None]:
        done: Future[None] = Future()
        done.set_exception(ZeroDivisionError())
        return done

    film = picture


def test_a_bug_in_the_making_of_a_picture_comes_out_after_the_alarm(tmp_path: Path, clip: Path) -> None:
    court = Court(tmp_path, falls=[FALL], workshop=Broken())
    with pytest.raises(ZeroDivisionError):
        court.play(clip)
    assert types(court) == [THROWN]
    court.close()


def test_a_picture_that_is_later_than_the_film_follows_it_and_is_not_kept(tmp_path: Path, clip: Path) -> None:
    later = Later()
    court = Court(tmp_path, falls=[FALL], workshop=later)
    court.play(clip)
    later.work(later.films)
    later.work(later.pictures)
    assert types(court) == [THROWN, CLIP, CLIP]
    clips = [event.data for event in court.told() if isinstance(event, ObjectThrownClip)]
    assert [one.evidence[0].kind for one in clips] == [PictureKind.CLIP, PictureKind.FALL]
    assert clips[0].fall == clips[1].fall
    assert not court.watch._late
    court.close()


def test_a_late_picture_is_told_although_there_is_no_film(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fall_films, "MAX_WAITING", 0)
    later = Later()
    court = Court(tmp_path, falls=[FALL], workshop=later)
    court.play(clip, until_s=ENDED_S + TOLD_WITHIN_S + 0.05)
    later.work(later.pictures)
    assert types(court) == [THROWN]
    court.play_on(9.0)
    assert types(court) == [THROWN, CLIP]
    assert [one.kind for one in film(court).data.evidence] == [PictureKind.FALL]
    assert not court.watch._late
    court.close()


def test_the_late_picture_of_a_fall_that_a_shared_film_lacks_is_told(tmp_path: Path, clip: Path) -> None:
    later, second = Later(), fall(1.6, until_y=90.0)
    court = Court(tmp_path, falls=[fall(0.2, until_y=90.0), second], workshop=later)
    court.play(clip, until_s=1.4)
    codec = court.watch.reel._codec
    court.watch.reel.begin(codec.name, codec.size, codec.extradata)  # as if begun anew: the first is on no film
    court.play_on(second.ended_s + TOLD_WITHIN_S + 0.05)
    later.work(later.pictures)
    court.play_on(9.0)
    later.work(later.films)
    clips = [event.data for event in court.told() if isinstance(event, ObjectThrownClip)]
    assert [[one.kind for one in data.evidence] for data in clips] == [
        [PictureKind.FALL],
        [PictureKind.FALL, PictureKind.CLIP],
    ]
    assert not court.watch._late
    court.close()


def test_an_orderly_end_tells_what_waits_for_its_picture(tmp_path: Path, clip: Path) -> None:
    go, shop = threading.Event(), Threads()

    def another_cameras() -> None:
        go.wait(20)

    shop.picture(another_cameras)
    court = Court(tmp_path, falls=[FALL], workshop=shop)
    court.play(clip, until_s=ENDED_S + 0.5)
    assert types(court) == []
    threading.Timer(0.2, go.set).start()
    court.watch.close()
    shop.close()
    assert types(court) == [THROWN]
    assert thrown(court).data.evidence == ()
    court.close()


def test_an_orderly_end_tells_pictures_whose_film_never_comes(tmp_path: Path, clip: Path) -> None:
    later = Later()
    court = Court(tmp_path, falls=[FALL, fall(2.0, x=100.0)], workshop=later)
    court.play(clip, until_s=ENDED_S + 0.5)
    court.watch.tick(moment(ENDED_S + TOLD_WITHIN_S + 1.0))
    first, second = later.pictures
    later.work([first])
    assert types(court) == [THROWN, THROWN]
    court.watch.close()
    assert types(court) == [THROWN, THROWN, CLIP]
    later.work([second])
    assert types(court) == [THROWN, THROWN, CLIP, CLIP]
    court.close()


def test_a_fall_told_after_the_picture_changed_its_size_has_the_size_it_was_seen_in(court: Court, clip: Path) -> None:
    court.falls.append(fall(4.5, x=100.0, until_y=200.0))
    court.play(clip, until_s=ENDED_S + 0.1)
    for shot in court._shots:
        court.watch.take(replace(shot, luma=np.zeros((720, 1280), np.uint8)))
    sizes = [event.data.picture_size for event in court.told() if isinstance(event, ObjectThrown)]
    assert sizes == [(640, 360), (1280, 720)]


def test_what_the_source_leaves_out_is_logged_once_of_each_kind(court: Court, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        court.watch.note(Gaps(repeated=2, jumps=1))
        court.watch.note(Gaps(skips=1, damaged=4, unstamped=5))
    assert len(caplog.records) == 4


def test_the_witness_is_told_of_what_ends_with_the_stream(court: Court, clip: Path) -> None:
    glimpses: list[Glimpse] = []
    court.watch._witness = glimpses.append
    court.play(clip, until_s=ENDED_S + 0.1)
    court.watch.lost()
    assert [verdict for glimpse in glimpses for _, verdict in glimpse.verdicts] == [BIRD, FALL]


def refuse(*_: object, **__: object) -> None:
    raise DiskFull("the test's disk is full")


def test_a_full_disk_delays_a_fall_and_loses_none(court: Court, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(court.outbox, "commit", refuse)
        full.setattr(court.store, "put", refuse)
        court.play(clip, until_s=6.0)
    assert types(court) == []
    court.watch.tick(moment(6.1))
    assert types(court) == [THROWN]
    assert thrown(court).data.evidence == ()


def test_memory_for_a_full_disk_is_bounded(court: Court, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(court.outbox, "commit", refuse)
    monkeypatch.setattr(fall_watch, "MAX_UNSENT", 2)
    court.play(clip, until_s=ENDED_S + 0.5)
    with pytest.raises(DiskFull):  # the fall and its film
        court.play_on(9.0)


def test_asked_about_a_vehicle_it_says_that_it_cannot_see_any(court: Court) -> None:
    asked: Look = look()
    done = court.watch.ask(asked, moment(1.0))
    (answer,) = court.told()
    assert isinstance(answer, ParkingVerification)
    assert answer.data.outcome is Outcome.CANNOT_SEE
    assert "falls" in answer.data.reason
    assert done.done()
    assert court.outbox.seen_command(asked.id)


def test_more_points_than_an_event_holds_are_thinned_and_its_ends_kept(court: Court, clip: Path) -> None:
    points = fall(0.5, until_y=359.0, pixels_per_metre=1.5, rate=100).points
    assert len(points) > 120
    court.falls[:] = [replace(FALL, points=points)]
    court.play(clip, until_s=8.5)
    path = thrown(court).data.path
    assert len(path) == 120
    assert path[-1].s == pytest.approx(points[-1].at_s - points[0].at_s, abs=1e-3)


def test_the_same_recording_gives_the_same_events_and_evidence(tmp_path: Path, clip: Path) -> None:
    told = []
    for folder in ("one", "two"):
        court = Court(tmp_path / folder, falls=[FALL])
        court.play(clip)
        told.append([event.data for event in court.told()])
        court.close()
    assert told[0] == told[1]
