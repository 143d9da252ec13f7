"""People of every role, and a desk on which everything lies that a case can be."""

from datetime import timedelta
from typing import Final

from sqlalchemy import insert

from cloud.accounts import Role
from cloud.cases.domain import Actor, Case
from cloud.cases.vocabulary import Action
from cloud.db import transaction
from cloud.devices import service as devices
from cloud.devices.tables import camera_days
from cloud.plans.domain import Place, PlaceKind
from contract.device import CameraHealth, CameraState, ConfigData, HealthData
from contract.envelope import PictureKind
from contract.parking import Outcome, ZoneKind
from deploy.story.plan import drawn
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, GATEWAY, LEAD, PASSWORD, USER, Site, World

PEOPLE: Final = {
    Role.STAFF: USER,
    Role.LEAD: LEAD,
    Role.COMMUNITY: "zhao.min",
    Role.STREET: "sun.jie",
    Role.CITY: "zhou.cheng",
    Role.INSTALLER: "wu.gong",
    Role.AUDITOR: "zheng.ji",
    Role.INTEGRATOR: "hotline-12345",
}
PLACED: Final = (
    (PlaceKind.CAMERA, "cam1", 0.30, 0.46),
    (PlaceKind.ZONE, "cam1/north-lane", 0.36, 0.51),
    (PlaceKind.DEVICE, "w-301", 0.2, 0.37),
)
ENTER, DUE = street(brightness=0.92), street()


def person(role: Role) -> str:
    """Somebody of a role."""
    return PEOPLE[role]


def actor(role: Role) -> Actor:
    """The same, as who acts."""
    return Actor(PEOPLE[role], role)


async def add_people(site: Site) -> None:
    """Let those in who are not there yet."""
    for role, name in PEOPLE.items():
        if role not in {Role.STAFF, Role.LEAD}:
            await site.services.accounts.add(name, PASSWORD, role)


async def gateway(site: Site) -> None:
    """A gateway whose camera was told of for a week, dark each night, and once not at all."""
    await site.services.devices.register(COMMUNITY, GATEWAY, "A" * 43 + "=")
    now = site.services.clock()
    async with transaction(site.world.engine) as connection:
        await devices.apply(connection, COMMUNITY, GATEWAY, heartbeat(CameraState.LIVE), at=now)
        await devices.apply(connection, COMMUNITY, GATEWAY, ConfigData(version="0" * 12, cameras=("cam1",)), at=now)
        await devices.seen(connection, COMMUNITY, GATEWAY, at=now, via="test")
        for ago in range(1, 8):
            told = {"day": (now - timedelta(days=ago)).date(), "told_s": 86_400.0, "seen_s": 50_000.0 + 4_000 * ago}
            if ago == 3:  # the power was off
                told |= {"told_s": 30_000.0, "seen_s": 20_000.0}
            row = {"community": COMMUNITY, "gateway": GATEWAY, "camera": "cam1", "last_at": now, **told}
            await connection.execute(insert(camera_days).values(row))


def heartbeat(*states: CameraState) -> HealthData:
    """A heartbeat that tells of cameras cam1, cam2 and so on."""
    cameras = tuple(
        CameraHealth(
            camera=f"cam{at}",
            state=state,
            last_frame_age_s=2,
            looks=60,
            inferences=9,
            decode_ms=900,
            gate_ms=90,
            inference_ms=300,
        )
        for at, state in enumerate(states, start=1)
    )
    return HealthData(
        uptime_s=864_000,
        cameras=cameras,
        outbox_records=3,
        outbox_bytes=4_212,
        evidence_bytes=734_003_200,
        disk_free_bytes=21_474_836_480,
        cpu_fraction=0.31,
        memory_bytes=314_572_800,
    )


async def plan(site: Site) -> None:
    """The community's plan, and where things stand on it."""
    await site.services.plans.keep(COMMUNITY, drawn(), by=LEAD, simulated=True)
    for kind, name, x, y in PLACED:
        await site.services.plans.place(COMMUNITY, Place(kind, f"{GATEWAY}/{name}", x, y), by=LEAD)


async def full_desk(site: Site, world: World) -> dict[str, Case]:
    """A case of every sort and at every step."""
    await add_people(site)
    staff = actor(Role.STAFF)
    shown = ((PictureKind.ENTER, ENTER), (PictureKind.DUE, DUE))
    await gateway(site)
    to_take = await world.car_stands(pictures=shown, simulated=True)
    for picture in (ENTER, DUE):
        await world.picture_arrives(picture)
    handled = await world.car_stands(
        "cam1.2", zone_kind=ZoneKind.GATE_MOUTH, zone_name="东门出入口车道左侧第二个车位旁边"
    )
    handled = await world.cases.act(handled.id, Action.ACCEPT, by=staff, version=handled.version)
    unseen = await world.car_stands("cam1.3", zone_kind=ZoneKind.GREEN, zone_name="中心花园")
    for action in (Action.ACCEPT, Action.REPORT):
        unseen = await world.cases.act(unseen.id, action, by=staff, version=unseen.version)
    await world.camera_answers(unseen, Outcome.CANNOT_SEE, reason="画面太暗 too dark")
    await plan(site)
    fall = await world.something_falls()
    gas = await world.alarm("sensor")
    leak = await world.alarm("meter")
    return {"take": to_take, "handled": handled, "unseen": unseen, "fall": fall, "gas": gas, "leak": leak}
