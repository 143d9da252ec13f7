"""Each contestant does what the benchmark says it does. No time is asserted: only that work was done, and how much."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.edge_cost import gateway, stream
from benchmarks.edge_cost.cost import Contestant, Cost
from benchmarks.edge_cost.everyframe import Dwell, EveryFrame
from benchmarks.edge_cost.gateway import Gateway
from benchmarks.edge_cost.keyframes import KeyFrames
from benchmarks.edge_cost.stream import Stream
from benchmarks.edge_cost.street import Traffic
from edge.app.parts import EVIDENCE, OUTBOX
from edge.app.watch import Parts
from edge.config import Config
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.outbox import Identity, Outbox
from models.detection import Detector

DWELL_S = 4.0


def test_supervision_decodes_every_frame_and_detects_five_times_a_second(
    streams: dict[Traffic, Stream], detector: Detector, tmp_path: Path
) -> None:
    camera = gateway.config(tmp_path, dwell_s=DWELL_S).cameras[0]
    cost = EveryFrame(streams[Traffic.BUSY], detector, camera, seconds=6)()
    assert (cost.stream_s, cost.pictures, cost.inferences) == (6, 150, 30)
    assert cost.alarms == 1  # so the car stood in its zone


def test_supervision_reads_no_more_than_there_is(
    streams: dict[Traffic, Stream], detector: Detector, tmp_path: Path
) -> None:
    camera = gateway.config(tmp_path, dwell_s=DWELL_S).cameras[0]
    assert EveryFrame(streams[Traffic.STILL], detector, camera, seconds=99)().pictures == 300


def test_a_broken_stream_is_no_cheap_stream(streams: dict[Traffic, Stream], detector: Detector, tmp_path: Path) -> None:
    camera = gateway.config(tmp_path, dwell_s=DWELL_S).cameras[0]
    longer = replace(streams[Traffic.STILL], seconds=13)
    with pytest.raises(RuntimeError, match="fewer pictures"):
        EveryFrame(longer, detector, camera, seconds=99)()


def test_bare_decoding_decodes_key_frames_alone(streams: dict[Traffic, Stream]) -> None:
    cost = KeyFrames(streams[Traffic.BUSY])()
    assert (cost.stream_s, cost.pictures, cost.inferences) == (12, 6, 0)
    assert cost.total_ms == cost.decode_ms > 0


def test_the_gateway_looks_at_key_frames_and_raises_an_alarm(
    streams: dict[Traffic, Stream], detector: Detector
) -> None:
    busy = Gateway(streams[Traffic.BUSY], dwell_s=DWELL_S, assemble=lambda settings: assemble(settings, detector))()
    assert (busy.stream_s, busy.pictures, busy.alarms) == (12, 6, 1)


def test_the_gateway_detects_less_in_a_still_street(
    streams: dict[Traffic, Stream], detector: Detector, tmp_path: Path
) -> None:
    def run(traffic: Traffic) -> Cost:
        minute = stream.repeat(streams[traffic].path, tmp_path / f"{traffic}.mp4", 5)
        contestant = Gateway(minute, dwell_s=3600.0, assemble=lambda settings: assemble(settings, detector))
        return contestant()

    still, busy = run(Traffic.STILL), run(Traffic.BUSY)
    assert 0 < still.inferences < busy.inferences
    assert (still.alarms, busy.alarms) == (0, 0)  # nothing has stood for an hour


def test_the_end_of_a_still_street_is_told_apart(
    streams: dict[Traffic, Stream], detector: Detector, tmp_path: Path
) -> None:
    """By then the car has been reported, and a look costs less than while it was new."""
    minute = stream.repeat(streams[Traffic.STILL].path, tmp_path / "minute.mp4", 5)

    def run(settled_from_s: float) -> Cost:
        return Gateway(
            minute,
            dwell_s=DWELL_S,
            settled_from_s=settled_from_s,
            assemble=lambda settings: assemble(settings, detector),
        )()

    cost = run(40.0)
    assert (cost.stream_s, cost.settled_s, cost.pictures, cost.alarms) == (60, 20, 30, 1)
    assert 0 < cost.settled_ms < cost.total_ms / 3
    assert cost.arrival_ms > 0
    assert (run(60.0).settled_s, run(61.0).settled_s) == (0, 0)


def test_stages_are_parts_of_the_whole(streams: dict[Traffic, Stream], detector: Detector, tmp_path: Path) -> None:
    one = streams[Traffic.BUSY]
    camera = gateway.config(tmp_path, dwell_s=DWELL_S).cameras[0]
    entered: list[Contestant] = [
        Gateway(one, dwell_s=DWELL_S, assemble=lambda settings: assemble(settings, detector)),
        EveryFrame(one, detector, camera, seconds=2),
        KeyFrames(one),
    ]
    for contestant in entered:
        cost = contestant()
        assert cost.decode_ms > 0
        assert cost.total_ms >= cost.decode_ms + cost.gate_ms + cost.inference_ms - 1  # clocks tick
        assert min(cost.gate_ms, cost.inference_ms) >= 0


def assemble(settings: Config, detector: Detector) -> Parts:
    """A gateway's parts without its models."""
    data = settings.gateway.data
    return Parts(
        config=settings,
        detector=detector,
        masker=Masker(None, settings.masking),
        store=EvidenceStore(data / EVIDENCE, budget_bytes=2**30, reserve_bytes=0),
        outbox=Outbox(
            data / OUTBOX,
            identity=Identity(settings.gateway.community, settings.gateway.id),
            key=Ed25519PrivateKey.generate(),
            config_version=settings.version,
            budget_bytes=2**30,
            reserve_bytes=0,
        ),
        cpu_clock=lambda: 0.0,
    )


WALKS = [
    # name,                    occupied at each second,           alarms at
    ("told once",              [True] * 6,                        [2]),
    ("a break starts anew",    [True, True, False, True, True],   []),
    ("told again after",       [True] * 3 + [False] + [True] * 3, [2, 6]),
    ("never occupied",         [False] * 5,                       []),
]  # fmt: skip


@pytest.mark.parametrize(("walk", "alarms"), [pytest.param(*row[1:], id=row[0]) for row in WALKS])
def test_the_peers_alarm(walk: list[bool], alarms: list[int]) -> None:
    dwell = Dwell(limit_s=2.0)
    assert [at_s for at_s, occupied in enumerate(walk) if dwell.look(at_s, occupied=occupied)] == alarms
