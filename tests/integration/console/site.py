"""The console's real services on a database of their own, and a world in which things happen."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService, OrganisationService, Role
from cloud.accounts.factor_seal import FactorSeal
from cloud.accounts.passwords import Passwords
from cloud.accounts.token_service import TokenService
from cloud.app.parts import terms_of
from cloud.app.web import create_app
from cloud.audit.log import AuditLog
from cloud.cases.alarms import AlarmEvent
from cloud.cases.domain import Case
from cloud.cases.filters import CaseFilter, Order, Show
from cloud.cases.findings import CaseEvent
from cloud.cases.handed_in import HandedIn
from cloud.cases.listing import CaseListing
from cloud.cases.saved import SavedFilters
from cloud.cases.service import CHANNEL, CaseService
from cloud.cases.vocabulary import CaseKind
from cloud.config import Retention
from cloud.console.guard import Guard
from cloud.console.live import Live
from cloud.console.rendering import Pages
from cloud.console.services import Services
from cloud.db import create_engine, listen, transaction
from cloud.devices.service import DeviceService
from cloud.evaluation.service import EvaluationService
from cloud.evidence.files import Files
from cloud.evidence.repository import Owner
from cloud.evidence.service import EvidenceService, Piece
from cloud.ingest.letters import Letters
from cloud.notify.reach import Reach
from cloud.notify.service import NoticeService
from cloud.notify.vault import Vault
from cloud.permits.endpoints import Endpoints as PermitEndpoints
from cloud.permits.service import PermitService
from cloud.plans.service import PlanService
from cloud.privacy.holds import HoldService
from cloud.privacy.keys import load as load_keys
from cloud.privacy.service import OriginalService
from cloud.scope import EVERYTHING
from cloud.telemetry import service as telemetry
from cloud.telemetry.meters import MeterService
from cloud.telemetry.service import CHANNEL as BERTHS
from cloud.telemetry.service import BerthService
from contract.berth import BerthOccupancy
from contract.envelope import ClockTrust, Evidence, PictureKind
from contract.events import EVENT
from contract.identifiers import uuid7
from contract.parking import (
    ClearedData,
    OpenedData,
    Outcome,
    ParkingCleared,
    ParkingOpened,
    ParkingVerification,
    VehicleClass,
    VerificationData,
    ZoneKind,
)
from contract.plates import Plate, PlateState
from contract.sealing import SEALED
from contract.throwing import ObjectThrown, ObjectThrownClip
from contract.vehicle import Sign, SignHeld, ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected
from tests.integration.cloud.ground import database, postgres
from tests.integration.cloud.sender import ALARM, FALL, OF_DEVICE, THROWN
from tests.integration.console.scene import street

__all__ = [
    "CLOUD_KEY",
    "COMMUNITY",
    "GATEWAY",
    "LEAD",
    "PASSWORD",
    "SEAL",
    "USER",
    "Site",
    "World",
    "database",
    "postgres",
    "site",
    "world",
]

USER, LEAD, PASSWORD = "wang.fang", "li.lei", "a long enough secret"
CLOUD_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL = FactorSeal(lambda: CLOUD_KEY)
COMMUNITY, GATEWAY = "lantian", "gw-east"
PAGES = Pages()  # its templates are read and compiled once
WEAK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))  # as quick as it can be

UNTOUCHED = SignHeld(
    sign=Sign.UNTOUCHED,
    words_zh="对比 8 天的画面，车身几乎没有变化（4%），周围有变化（30%），可能盖着车衣或积了灰",
    words_en="over 8 days it hardly changed (4 %) while its surroundings did (30 %): covered or dusty",
)
MISSING = SignHeld(
    sign=Sign.PLATE_MISSING, words_zh="近 40 次查看都没有看到车牌", words_en="no plate seen in the last 40 looks"
)


@dataclass
class World:
    """What happens outside: cars come and go, gateways report, pictures arrive."""

    engine: AsyncEngine
    cases: CaseService
    evidence: EvidenceService
    seq: int = field(default=0)

    async def car_stands(
        self,
        slot: str = "cam1.1",
        *,
        zone_kind: ZoneKind = ZoneKind.FIRE_LANE,
        zone_name: str = "3 号楼北侧",
        minutes: float = 12,
        pictures: tuple[tuple[PictureKind, bytes], ...] = ((PictureKind.DUE, b""),),
        simulated: bool = False,
        masked: bool = True,
        **more: Any,
    ) -> Case:
        """A car has stood too long: a case opens. Its pictures do not arrive by themselves; `more` is of the event."""
        now = datetime.now(UTC)
        entered = now - timedelta(minutes=minutes)
        data = OpenedData(
            camera="cam1",
            zone="north-lane",
            zone_kind=zone_kind,
            zone_name=zone_name,
            slot=slot,
            stay=f"{slot}.1",
            vehicle=VehicleClass.CAR,
            score=0.9,
            box=(0.3, 0.5, 0.7, 0.9),
            entered_at=entered,
            entered_within_s=2,
            dwell_s=minutes * 60,
            limit_s=300,
            evidence=tuple(
                _evidence(kind, body, entered + timedelta(minutes=minutes * at / len(pictures)), masked)
                for at, (kind, body) in enumerate(pictures, start=1)
            ),
            simulated=simulated,
        )
        data = OpenedData.model_validate(dict(data) | more)
        await self._tell(ParkingOpened(**self._envelope("alarm"), data=data))
        return (await self.listed(open_only=True, limit=1))[0]

    async def listed(self, *, open_only: bool | None, kind: CaseKind | None = None, limit: int = 200) -> list[Case]:
        """Cases, newest first."""
        show = {True: Show.OPEN, False: Show.CLOSED, None: Show.ALL}[open_only]
        wanted = CaseFilter(show=show, kinds=frozenset() if kind is None else frozenset({kind}))
        page = await CaseListing(self.engine, zone=UTC).page(
            wanted, EVERYTHING, now=datetime.now(UTC), order=Order.NEWEST, limit=limit
        )
        return list(page.cases)

    async def zombie(
        self,
        kind: type[ZombieSuspected | ZombieConfirmed | ZombieMilestone | ZombieCleared],
        slot: str = "cam1.1",
        *,
        days: float = 30,
        pictures: tuple[tuple[PictureKind, bytes], ...] = (),
        signs: tuple[SignHeld, ...] = (UNTOUCHED, MISSING),
        **more: Any,
    ) -> None:
        """A gateway tells of a vehicle that has not moved for days."""
        now = datetime.now(UTC)
        entered = now - timedelta(days=days)
        data = {
            "camera": "cam1",
            "zone": "north-lane",
            "zone_kind": ZoneKind.ROAD,
            "zone_name": "5 号楼南侧道路",
            "slot": slot,
            "stay": f"{slot}.1",
            "vehicle": VehicleClass.CAR,
            "score": 0.9,
            "box": (0.3, 0.5, 0.7, 0.9),
            "entered_at": entered,
            "entered_within_s": 2,
            "plate": Plate(state=PlateState.MISSING, looks=40),
            "standing_s": days * 86_400,
            "limit_s": 30 * 86_400,
            "signs": signs,
            "evidence": tuple(_evidence(kind_, body, entered, True) for kind_, body in pictures),
        }
        lane = "alarm" if kind is ZombieConfirmed else "event"
        if kind is ZombieMilestone:
            data["milestone_s"] = 7 * 86_400
        if kind is ZombieCleared:
            data |= {"moved": True, "last_seen_at": now - timedelta(seconds=2), "missed_at": now}
        await self._tell(kind.model_validate({**self._envelope(lane), "data": data | more}))

    async def something_falls(self, *, picture: bytes = b"", **data: Any) -> Case:
        """Something falls from a window: a case opens. Its picture does not arrive by itself."""
        now = datetime.now(UTC)
        times = {"began_at": now - timedelta(seconds=3), "ended_at": now - timedelta(seconds=2)}
        told = {**THROWN, **times, "evidence": (_evidence(PictureKind.FALL, picture, now, True),), **data}
        await self._tell(ObjectThrown.model_validate({**self._envelope("alarm"), "data": told}))
        return (await self.listed(open_only=True, limit=1))[0]

    async def film_follows(self, film: bytes, *, original: bytes | None = None) -> None:
        """The film of the fall is told of, and perhaps its sealed original; neither has arrived."""
        shown = _evidence(PictureKind.CLIP, film, datetime.now(UTC), True).model_copy(
            update={"media_type": "video/mp4"}
        )
        sealed = () if original is None else (_sealed(original, shown),)
        data = {**FALL, "evidence": (shown, *sealed)}
        await self._tell(ObjectThrownClip.model_validate({**self._envelope("event"), "data": data}))

    async def alarm(self, sort: str = "meter", *, over: bool = False, minutes: float = 200, **data: Any) -> Case:
        """A meter, a gate or a sensor has been in alarm for some minutes, or is not any more; its case."""
        now = datetime.now(UTC)
        told = {**ALARM, **OF_DEVICE[sort], "began_at": now - timedelta(minutes=minutes), "found_at": now, **data}
        phase, lane = ("cleared", "event") if over else ("opened", "alarm")
        document = {**self._envelope(lane), "type": f"{sort}.alarm.{phase}.v1", "data": told}
        event = EVENT.validate_python(document)
        assert isinstance(event, AlarmEvent)
        await self._tell(event)
        return (await self.listed(open_only=None, kind=CaseKind(sort), limit=1))[0]

    async def berths(self, *berths: dict[str, Any], camera: str = "cam1", simulated: bool = False) -> None:
        """A camera tells which of its berths are free."""
        now = datetime.now(UTC)
        told = [{"since": now - timedelta(minutes=7), "came": 12, "left": 11, **berth} for berth in berths]
        data = {"camera": camera, "counted_since": now - timedelta(days=20), "berths": told, "simulated": simulated}
        event = BerthOccupancy.model_validate({**self._envelope("telemetry"), "data": data})
        async with transaction(self.engine) as connection:
            await telemetry.apply(connection, event, received_at=now, odd_time=False)

    async def car_leaves(self, case: Case) -> None:
        """The camera has seen it go."""
        now = datetime.now(UTC)
        same: dict[str, Any] = {"camera": case.camera, "zone": case.zone, "slot": case.slot, "stay": case.stay}
        data = ClearedData(
            **same,
            zone_kind=ZoneKind(case.zone_kind),
            zone_name=case.zone_name,
            vehicle=VehicleClass(case.vehicle),
            score=0.9,
            box=(0.3, 0.5, 0.7, 0.9),
            entered_at=case.entered_at,
            entered_within_s=2,
            dwell_s=(now - case.entered_at).total_seconds(),
            limit_s=case.limit_s,
            last_seen_at=now,
            missed_at=now,
        )
        await self._tell(ParkingCleared(**self._envelope("event"), data=data))

    async def camera_answers(
        self, case: Case, outcome: Outcome, *, reason: str = "", picture: bytes | None = None
    ) -> None:
        """The gateway answers the request to look again that waits for this case."""
        async with self.engine.connect() as connection:
            asked = "select command from looks where case_id = :id and answered_at is null"
            command = (await connection.execute(text(asked), {"id": case.id})).scalar_one()
        now = datetime.now(UTC)
        data = VerificationData(
            command=str(command),
            camera=case.camera,
            zone=case.zone,
            slot=case.slot,
            stay=case.stay,
            outcome=outcome,
            reason=reason,
            looks=3,
            evidence=() if picture is None else (_evidence(PictureKind.LOOK, picture, now, True),),
        )
        await self._tell(ParkingVerification(**self._envelope("alarm"), data=data))

    async def picture_arrives(self, body: bytes, media_type: str = "image/jpeg") -> str:
        """A picture's or a film's upload completes; its name."""
        piece = Piece(Owner(COMMUNITY, GATEWAY), sha256(body).hexdigest(), 0, len(body), media_type, body)
        assert (await self.evidence.receive(piece)).complete
        return piece.sha256

    async def _tell(self, event: CaseEvent) -> None:
        async with transaction(self.engine) as connection:
            await self.cases.apply(connection, event, received_at=datetime.now(UTC), odd_time=False)

    def _envelope(self, lane: str) -> dict[str, Any]:
        self.seq += 1
        now = datetime.now(UTC)
        return {
            "id": uuid7(now, self.seq.to_bytes(10)),
            "source": f"/linli/{COMMUNITY}/{GATEWAY}",
            "time": now,
            "community": COMMUNITY,
            "gateway": GATEWAY,
            "epoch": "0123456789abcdef",
            "lane": lane,
            "seq": self.seq,
            "clock": ClockTrust.SYNCED,
            "configversion": "0123456789ab",
            "prevhash": "0" * 64,
            "keyid": "0123456789abcdef",
            "sig": "AAAA",
        }


def _evidence(kind: PictureKind, body: bytes, taken_at: datetime, masked: bool) -> Evidence:
    body = body or street()
    return Evidence(
        sha256=sha256(body).hexdigest(),
        media_type="image/jpeg",
        size=len(body),
        kind=kind,
        taken_at=taken_at,
        masked=masked,
    )


def _sealed(body: bytes, shown: Evidence) -> Evidence:
    sealed = {"sealed": True, "masked": False, "media_type": SEALED, "original_of": shown.sha256}
    return shown.model_copy(update={**sealed, "sha256": sha256(body).hexdigest(), "size": len(body)})


@dataclass(frozen=True, slots=True)
class Site:
    """A console that serves, and the services under it."""

    app: FastAPI
    services: Services
    world: World

    def visitor(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A browser without JavaScript."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=(address, 1)), base_url="http://linli.test"
        )

    async def staff(self, user: str = USER) -> httpx.AsyncClient:
        """A browser that is logged in and sends the form's token by itself."""
        visitor = self.visitor()
        answer = await visitor.post("/api/login", json={"name": user, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        visitor.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return visitor


async def build(dsn: str, folder: Path, *, keys: Path | None = None) -> AsyncGenerator[Site, None]:
    """Open everything on a migrated database, and close it."""
    engine = create_engine(dsn)
    cases = CaseService(engine)
    evidence = EvidenceService(engine, Files(f"file://{folder}"), completed=cases.photo_arrived)
    accounts = AccountService(engine, clock=lambda: datetime.now(UTC), passwords=WEAK, seal=SEAL)
    devices, permits = DeviceService(engine), PermitService(engine, ZoneInfo("Asia/Shanghai"))
    live = Live(lambda: listen(dsn, CHANNEL, BERTHS), community_of=cases.community_of)
    services = Services(
        accounts=accounts,
        organisations=OrganisationService(engine),
        cases=cases,
        listing=CaseListing(engine, zone=ZoneInfo("Asia/Shanghai")),
        saved=SavedFilters(engine),
        handed_in=HandedIn(engine),
        berths=BerthService(engine),
        meters=MeterService(engine),
        devices=devices,
        evidence=evidence,
        permits=permits,
        evaluation=EvaluationService(engine, cases.terms.calendar),
        originals=OriginalService(engine, evidence, load_keys(keys)),
        holds=HoldService(engine),
        notices=NoticeService(engine, Vault(lambda: CLOUD_KEY), reach=Reach.of(["127.0.0.1"])),
        plans=PlanService(engine),
        audit=AuditLog(engine),
        live=live,
        keeping=terms_of(Retention()),
        guard=Guard(accounts, https=False, tokens=TokenService(engine)),
        pages=PAGES,
        clock=lambda: datetime.now(UTC),
        zone=ZoneInfo("Asia/Shanghai"),
    )
    doors = PermitEndpoints(permits, devices, lambda: CLOUD_KEY)
    listening = asyncio.create_task(live.run(), name="live")
    try:
        await accounts.add(USER, PASSWORD)
        await accounts.add(LEAD, PASSWORD, Role.LEAD)
        app = create_app(services, engine=engine, https=False, permits=doors.routes(), letter=Letters(engine).read)
        yield Site(app, services, World(engine, cases, evidence))
    finally:
        live.close()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await engine.dispose()


@pytest.fixture
async def site(database: str, tmp_path: Path) -> AsyncGenerator[Site, None]:
    """A console over real services."""
    async with aclosing(build(database, tmp_path / "evidence")) as sites:
        yield await anext(sites)


@pytest.fixture
def world(site: Site) -> World:
    """What happens outside."""
    return site.world
