"""Whether a gateway is shown as being there."""

from datetime import UTC, datetime, timedelta

import pytest

from cloud.console.device_page import device
from cloud.console.facts import Eye
from cloud.devices.service import Gateway, Presence

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


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
    gateway = Gateway(
        community="lantian",
        gateway="gw-east",
        public_key="",
        keyid="",
        added_at=NOW,
        revoked_at=None,
        last_seen=None if heard_s is None else NOW - timedelta(seconds=heard_s),
        presence=presence,
        presence_at=None if said_s is None else NOW - timedelta(seconds=said_s),
        software="",
        cameras=(),
        health=None,
        health_at=None,
    )
    assert device(gateway, Eye(NOW, UTC)).state.en == shown, name
