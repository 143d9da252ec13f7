"""An office with cases, rules and destinations, in simulated time over a real PostgreSQL."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from cloud.cases.domain import Case
from cloud.db import transaction
from cloud.notify.channels import AppriseChannel, Channel, Letter
from cloud.notify.desk import Desk
from cloud.notify.domain import Conditions, Destination, Occasion, Reason, Rule
from cloud.notify.ownership import Viewer
from cloud.notify.reach import Reach
from cloud.notify.service import NoticeService, Settings
from cloud.notify.vault import Vault
from cloud.notify.worker import Notifier
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ZONE = ZoneInfo("Asia/Shanghai")
LEAD = Viewer("li.lei")
PUBLIC = "https://linli.example.com"
HERE = Reach.of(["127.0.0.1"])  # where the receivers of the tests are


@dataclass
class Post:
    """A channel that keeps what it is given; `says` is what it answers each destination."""

    letters: list[tuple[str, Letter]] = field(default_factory=list)
    says: dict[str, Reason | None] = field(default_factory=dict)

    async def send(self, destination: str, address: str, letter: Letter) -> Reason | None:
        self.letters.append((destination, letter))
        return self.says.get(destination)

    def pause(self, destination: str) -> timedelta:
        return timedelta(0)


@dataclass
class Office:
    ground: Ground
    sender: Sender
    service: NoticeService
    desk: Desk
    notifier: Notifier
    post: Post

    async def destination(self, name: str = "值班群", address: str = "json://127.0.0.1:1/t0ken", **more: Any) -> str:
        given = Destination(id="", organisation="", name=name, channel="", **more)
        return await self.service.put_destination(LEAD, given, address)

    async def rule(self, destination: str, *, by_duty: bool = False, urgent: bool = False, **when: Any) -> str:
        conditions = Conditions.model_validate({"occasions": {Occasion.OPENED}, **when})
        given = Rule("", "", "规则", conditions, destination, by_duty=by_duty, urgent=urgent)
        return await self.service.rules.put(LEAD, given)

    async def change(self, destination: str, **changes: Any) -> None:
        mine = next(each for each in (await self.settings()).destinations if each.id == destination)
        await self.service.put_destination(LEAD, replace(mine, **changes), "")

    async def car(self, slot: str = "cam1.s1", **data: Any) -> Case:
        """A car has stood too long, on a road, so that it is not urgent: a case opens."""
        told = {"zone_kind": "road", "zone_name": "南路", **data}
        await self.ground.tell(self.sender.opened(slot=slot, stay=f"{slot}.1", **told))
        found = await self.ground.listed(open_only=None)
        return next(case for case in found if case.slot == slot)

    async def turn(self) -> int:
        """One turn of the worker; how many messages it tried."""
        await self.desk.turn()
        return await self.notifier.turn()

    async def pass_time(self, seconds: float, *, every: float = 60) -> None:
        """Let the worker work while time passes."""
        while seconds > 0:
            step = min(seconds, every)
            self.ground.clock.move(step)
            seconds -= step
            await self.turn()

    async def settings(self) -> Settings:
        return await self.service.settings(LEAD)

    async def execute(self, statement: str, **values: Any) -> None:
        async with transaction(self.ground.engine) as connection:
            await connection.execute(text(statement), values)


def open_office(ground: Ground, sender: Sender, channel: Channel | None = None) -> Office:
    vault, post = Vault(lambda: KEY), Post()
    desk = Desk(ground.engine, clock=ground.clock, zone=ZONE, public_url=PUBLIC, keep=timedelta(days=90))
    notifier = Notifier(ground.engine, desk, channel or post, vault, clock=ground.clock)
    return Office(
        ground, sender, NoticeService(ground.engine, vault, clock=ground.clock, reach=HERE), desk, notifier, post
    )


def real_office(ground: Ground, sender: Sender, *, limit_s: float = 20) -> Office:
    """One that sends by apprise."""
    return open_office(ground, sender, AppriseChannel(limit_s=limit_s, reach=HERE))
