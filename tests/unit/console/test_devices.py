"""Whether a gateway is shown as being there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.console.device_page import points_notices
from cloud.console.device_views import device, size
from cloud.console.facts import Eye
from cloud.devices.service import Gateway, Presence
from cloud.telemetry.meters import Backlog
from contract.device import CameraHealth, CameraState, HealthData, LineHealth, LineState

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

GATEWAY = Gateway(
    community="lantian",
    gateway="gw-east",
    public_key="",
    keyid="",
    added_at=NOW,
    revoked_at=None,
    last_seen=NOW,
    presence=Presence.UP,
    presence_at=NOW,
    software="",
    cameras=(),
    health=None,
    health_at=None,
)


@pytest.mark.parametrize(
    ("name", "presence", "said_s", "heard_s", "shown"),
    [
        # seconds ago: what it said of itself, when it was heard last
        ("never", Presence.UNSEEN, None, None, "Never heard"),
        ("up", Presence.UP, 900, 20, "Online"),
        ("up and silent at the limit", Presence.UP, 900, 300, "Online"),
        ("up and silent", Presence.UP, 900, 301, "Offline"),
        ("lost", Presence.LOST, 20, 20, "Offline"),
        ("stopped", Presence.STOPPED, 20, 20, "Stopped"),
        ("its death was taken after the birth that followed", Presence.LOST, 80, 20, "Online"),
        ("its stop was taken after the birth that followed", Presence.STOPPED, 80, 20, "Online"),
        ("lost long ago", Presence.LOST, 9000, 9000, "Offline"),
    ],
)
def test_a_gateway_is_there_when_it_is_heard(
    name: str, presence: Presence, said_s: int | None, heard_s: int | None, shown: str
) -> None:
    gateway = replace(
        GATEWAY,
        last_seen=None if heard_s is None else NOW - timedelta(seconds=heard_s),
        presence=presence,
        presence_at=None if said_s is None else NOW - timedelta(seconds=said_s),
    )
    assert device(gateway, Eye(NOW, UTC)).state.en == shown, name


LINES = [
    # name,                       state,              devices, answering, tone,   shown
    ("all answer", LineState.LIVE, 12, 12, "done", "Working"),
    ("one does not", LineState.LIVE, 12, 11, "todo", "Working"),
    ("it has just begun", LineState.STARTING, 12, 0, "todo", "Starting"),
    ("its adapter was pulled out", LineState.LOST, 12, 0, "alert", "Gone"),
]


@pytest.mark.parametrize(("name", "state", "devices", "answering", "tone", "shown"), LINES)
def test_a_line_is_shown_with_how_many_devices_answer(
    *, name: str, state: LineState, devices: int, answering: int, tone: str, shown: str
) -> None:
    told = LineHealth(line="rs485-a", state=state, detail="why", devices=devices, answering=answering)
    health = HealthData(
        lines=(told,),
        uptime_s=1,
        outbox_records=0,
        outbox_bytes=0,
        evidence_bytes=0,
        disk_free_bytes=1,
        cpu_fraction=0,
        memory_bytes=1,
    )
    (line,) = device(replace(GATEWAY, health=health, health_at=NOW), Eye(NOW, UTC)).lines
    assert (line.name, line.state.en, line.tone, line.detail) == ("rs485-a", shown, tone, "why"), name
    assert line.answering.en == f"{answering} of {devices} devices answer"


CAMERA = CameraHealth(
    camera="cam1",
    state=CameraState.LIVE,
    last_frame_age_s=2,
    looks=1,
    inferences=0,
    decode_ms=0,
    gate_ms=0,
    inference_ms=0,
)
HEALTH = HealthData(
    cameras=(CAMERA,),
    lines=(LineHealth(line="rs485-a", state=LineState.LIVE, devices=3, answering=3),),
    uptime_s=7200,
    outbox_records=12,
    outbox_bytes=1536,
    evidence_bytes=0,
    disk_free_bytes=5 * 1024**3,
    cpu_fraction=0.25,
    memory_bytes=200 * 1024**2,
)
HEARD = [
    # name,                       gateway heard, heartbeat, tone of its camera, what stands beside it
    ("now", 20, 20, "done", "newest frame 2 s old when reported"),
    ("heartbeat at the limit", 20, 300, "done", "newest frame 2 s old when reported"),
    ("it speaks, its heartbeat is old", 20, 301, "todo", "Last reported 5 min ago: Working"),
    ("off for three days", 3 * 86_400, 3 * 86_400, "todo", "Last reported 3 d ago: Working"),
]


@pytest.mark.parametrize(("name", "heard_s", "told_s", "tone", "beside"), HEARD)
def test_what_a_gateway_said_is_shown_as_now_only_while_it_is_heard(
    *, name: str, heard_s: int, told_s: int, tone: str, beside: str
) -> None:
    heard, told = (NOW - timedelta(seconds=ago) for ago in (heard_s, told_s))
    gateway = replace(GATEWAY, last_seen=heard, health=HEALTH, health_at=told, cameras=("cam1", "cam2"))
    shown = device(gateway, Eye(NOW, UTC))
    cam1, cam2 = shown.cameras
    assert (cam1.name, cam1.tone, [line.en for line in cam1.lines]) == ("cam1", tone, [beside]), name
    assert (shown.lines[0].tone == "done") is (tone == "done"), name
    assert (cam2.name, cam2.tone, cam2.state.en) == ("cam2", "todo", "Configured, never reported")
    facts = {fact.label.en: fact.value.en for fact in shown.health}
    assert facts["Waiting to be sent"] == "12 messages (1.5 KiB)"
    assert (facts["Disk free"], facts["Memory used"], facts["CPU of one core"]) == ("5.0 GiB", "200 MiB", "25%")


def test_a_size_is_told_whatever_a_gateway_says() -> None:
    sizes = (0, 1023, 1024, 102_399, 102_400, 2**50)
    assert [size(each) for each in sizes] == ["0 B", "1023 B", "1.0 KiB", "99.9 KiB", "100 KiB", "1024 TiB"]
    assert size(10**400).endswith(" TiB")


BACKLOGS = [
    # name,                  waits for s, lost, days ago, notices
    ("nothing waits", None, 0, None, 0),
    ("at the limit", 300, 0, None, 0),
    ("the store is away", 301, 0, None, 1),
    ("points were lost", None, 20, 30, 1),
    ("long ago", None, 20, 31, 0),
    ("both", 4000, 20, 0, 2),
]


@pytest.mark.parametrize(("name", "waits_s", "lost", "days", "notices"), BACKLOGS)
def test_points_that_wait_or_are_lost_are_told(
    *, name: str, waits_s: int | None, lost: int, days: int | None, notices: int
) -> None:
    since = None if waits_s is None else NOW - timedelta(seconds=waits_s)
    backlog = Backlog(since, lost, None if days is None else NOW.date() - timedelta(days=days))
    assert len(points_notices(backlog, Eye(NOW, UTC))) == notices, name
