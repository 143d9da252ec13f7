"""A recording sent as by a camera with a fault, and read as the gateway reads cameras: are its falls still found?

Packets go through the gateway's own stamps, decoder and pictures (`edge.sources`), so that a jump or a new stream
reaches the detector as it would there; pictures are dropped, or change their exposure, between decoder and detector.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import av

from benchmarks.throw.clips import TrueFall, facade_of, true_falls
from benchmarks.throw.faults import Broadcast, Fault, Part, Plane, broadcast, spoiler
from benchmarks.throw.matching import match
from benchmarks.throw.perception import detector
from benchmarks.throw.results import Outcome
from benchmarks.throw.told import boxes_along
from benchmarks.throw.watching import Seen
from edge.sources.film import Projector
from edge.sources.stamps import LiveStamps
from edge.trajectory import Point
from models.throw.simulation import Clip

Shown = tuple[float, Plane, bool]
"""Seconds on the gateway's timeline, the luma plane, and whether a stream begins with it."""
SLACK_S: Final = 1e-3  # stamps are rounded


def trials(path: Path, clip: Clip, *, with_classifier: bool = True) -> dict[str, Outcome]:
    """Send a clip's recording with each fault in turn."""
    return {fault.value: trial(fault, path, clip, with_classifier=with_classifier) for fault in Fault}


def trial(fault: Fault | None, path: Path, clip: Clip, *, with_classifier: bool = True) -> Outcome:
    """Send a clip's recording with one fault, or with none, and compare what is told with the truth."""
    sent, spoil, facade = broadcast(fault, clip), spoiler(fault, clip), facade_of(clip.scene)
    eye, seen, times, last_s = detector(facade, with_classifier=with_classifier), Seen(), list[float](), 0.0
    for last_s, luma, begins in shown(path, sent.parts):
        if begins and times:  # as `edge.app.fall_watch` has it: nothing before belongs with it
            seen.take(eye.finish(), last_s)
            eye = detector(facade, with_classifier=with_classifier)
        picture = spoil(luma, last_s)
        if picture is not None:
            times.append(last_s)
            seen.take(eye.observe(picture, last_s), last_s)
    seen.take(eye.finish(), last_s)
    true = [_shown(fall, times, sent, clip) for fall in true_falls(clip)]
    return outcome(true, [fall.points for fall in seen.falls], times)


def outcome(true: Sequence[TrueFall], paths: Sequence[tuple[Point, ...]], times: Sequence[float]) -> Outcome:
    """Hold paths that were told for falls against the truth; `times` of all frames, seconds, rising."""
    told = [boxes_along(points, times) for points in paths]
    matched = match([fall.boxes for fall in true], told, [fall.pixels_per_metre for fall in true])
    return Outcome(found=tuple(which is not None for which in matched.found), false=len(matched.false))


def shown(path: Path, parts: Sequence[Part]) -> Iterator[Shown]:
    """Give every picture of a broadcast, but the last few of each stream, which wait in the decoder.

    Packets come when they are taken, and the reader keeps up. A plane is overwritten by the next one.
    """
    with ExitStack() as files:
        reading: tuple[Projector, LiveStamps] | None = None
        for part in parts:
            container = files.enter_context(av.open(str(path)))
            stream = container.streams.video[0]
            if reading is None or part.anew:
                reading = Projector(stream.codec_context, _Nowhere()), LiveStamps(stream.average_rate)
            projector, stamps = reading
            for packet in container.demux(stream):
                if packet.pts is None:  # the file has ended
                    break
                at_s = float(packet.pts * packet.time_base)
                if at_s >= part.till_s - SLACK_S:
                    break
                placed = stamps.place(at_s + part.stamped_s, at_s + part.comes_s, idle=True)
                yield from projector.feed(packet, placed)


class _Nowhere:
    """Keeps no packets."""

    def begin(self, codec: str, size: tuple[int, int], extradata: bytes) -> None:
        pass

    def keep(self, data: bytes, at_s: float, *, is_key: bool) -> None:
        pass


def _shown(fall: TrueFall, times: Sequence[float], sent: Broadcast, clip: Clip) -> TrueFall:
    """The truth by the numbers of the pictures that were shown; nothing falls in what is shown beside the clip."""
    frames = {round((at_s - sent.whole_s) * clip.scene.fps): number for number, at_s in enumerate(times)}
    return replace(fall, boxes={frames[frame]: box for frame, box in fall.boxes.items() if frame in frames})
