"""What cameras told of the days before today, and what second looks could see: read for the page and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from cloud.console.facts import Eye
from cloud.console.services import Services
from cloud.devices.seeing import SHOWN, CameraDay, CameraKey
from cloud.devices.service import Gateway
from cloud.devices.standing import known_cameras
from cloud.scope import Scope


@dataclass(frozen=True, slots=True)
class Watch:
    """One camera.

    Args:
        days: those that something was told of, oldest first.
        share: second looks answered, and those that could see; None: there was none.
    """

    days: Sequence[CameraDay]
    share: tuple[int, int] | None


async def watches(services: Services, gateways: Sequence[Gateway], eye: Eye) -> Mapping[CameraKey, Watch]:
    """Of each camera of some gateways, the `SHOWN` whole days before today."""
    scope = Scope(frozenset(gateway.community for gateway in gateways))
    today = eye.now.astimezone(eye.zone).date()
    days = await services.devices.days(scope, since=today - timedelta(days=SHOWN))
    looks = await services.cases.looks(scope, since=eye.now - timedelta(days=SHOWN))
    found: dict[CameraKey, Watch] = {}
    for gateway in gateways:
        for camera in known_cameras(gateway):
            key = CameraKey(gateway.community, gateway.gateway, camera)
            answered = looks.get((key.community, key.gateway, key.camera))
            share = None if answered is None else (answered.answered, answered.saw)
            told = [each for each in days.get(key, ()) if each.day < today]
            found[key] = Watch(told, share)
    return found
