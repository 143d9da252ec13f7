"""Whether a gateway is shown as being there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.console.device_page import device, points_notices
from cloud.console.facts import Eye
from cloud.devices.service import Gateway, Presence
from cloud.telemetry.meters import Backlog
from contract.device import HealthData, LineHealth, LineState

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
    (line,) = device(replace(GATEWAY, health=health), Eye(NOW, UTC)).lines
    assert (line.name, line.state.en, line.tone, line.detail) == ("rs485-a", shown, tone, "why"), name
    assert line.answering.en == f"{answering} of {devices} devices answer"


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
