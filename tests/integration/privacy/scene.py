"""A console whose pictures have sealed originals, made as a gateway makes them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import text

from cloud.accounts import Role
from cloud.audit.log import Written
from cloud.cases.domain import Actor, Case
from cloud.db import reading, transaction
from cloud.evidence.disposal import Disposal
from cloud.evidence.files import Files
from cloud.ingest.erasing import Messages
from cloud.privacy.holds import HoldService
from cloud.privacy.keeper import Done, Keeper
from cloud.privacy.keys import load
from cloud.privacy.service import OriginalService
from cloud.privacy.terms import Terms
from cloud.scope import Scope
from contract.envelope import Evidence
from contract.plates import Plate, PlateKind, PlateState
from contract.sealing import SEALED, private_pem, public_text
from edge.config import Camera, Masking
from edge.evidence.development import Developer
from edge.evidence.mask import Masker
from edge.values import ClockTrust, Moment, Picture, PictureKind
from tests.integration.cloud.ground import Clock
from tests.integration.console.site import COMMUNITY, GATEWAY, Site, build
from tests.unit.evidence.scenes import KnownPlates, car, person, textured

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
HERE = Scope(frozenset({COMMUNITY}))
ELSEWHERE = Scope(frozenset({"yuhua"}))
PLATE = "苏A12345"
DAY = timedelta(days=1)
TAKEN = datetime.now(UTC)
TERMS = Terms(
    pictures=90 * DAY,
    films=90 * DAY,
    originals=30 * DAY,
    unclaimed=30 * DAY,
    plates=365 * DAY,
    messages=1096 * DAY,
)


@cache
def developed(seed: int) -> Picture:
    """A picture of a vehicle and a person as a gateway develops it: masked, and its frame sealed to the community."""
    at = TAKEN + timedelta(microseconds=seed)
    camera = Camera.model_validate({"id": "cam1", "url": "rtsp://cam1"})
    developer = Developer(
        camera,
        masker=Masker(KnownPlates(), Masking()),
        device=f"{COMMUNITY}/{GATEWAY}",
        timezone=ZoneInfo("Asia/Shanghai"),
        seal_to=public_text(KEY.public_key()),
    )
    taken = Moment(at_s=0.0, seen_at=at, trust=ClockTrust.SYNCED)
    detections = (car(200, 200, 400, 400), person(420, 200, 470, 420))
    return developer.picture(
        textured(seed=seed), taken, detections[0].box, detections, kind=PictureKind.DUE, zone="north-lane"
    )


def told(picture: Picture) -> tuple[Evidence, Evidence]:
    """A picture and its sealed original, as an event tells of them."""
    assert picture.sealed is not None
    shown = Evidence(
        sha256=sha256(picture.jpeg).hexdigest(),
        media_type="image/jpeg",
        size=len(picture.jpeg),
        kind=picture.kind,
        taken_at=picture.taken.seen_at,
        masked=True,
    )
    sealed = {"sealed": True, "masked": False, "media_type": SEALED, "original_of": shown.sha256}
    name = sha256(picture.sealed).hexdigest()
    return shown, shown.model_copy(update={**sealed, "sha256": name, "size": len(picture.sealed)})


@dataclass
class Scene:
    """The services on one database and one folder, with a clock that is moved."""

    site: Site
    clock: Clock
    folder: Path  # of the evidence
    keys: Path

    def __post_init__(self) -> None:
        engine, evidence = self.site.world.engine, self.site.world.evidence
        self.engine = engine
        self.files = Files(f"file://{self.folder}")
        self.originals = OriginalService(engine, evidence, load(self.keys), clock=self.clock)
        self.keyless = OriginalService(engine, evidence, clock=self.clock)
        self.holds = HoldService(engine, clock=self.clock)
        self.disposal = Disposal(engine, self.files, clock=self.clock)
        self.keeper = self.keeper_of(TERMS)

    def keeper_of(self, terms: Terms) -> Keeper:
        return Keeper(self.engine, self.disposal, Messages(), terms, clock=self.clock)

    async def parked(
        self, slot: str = "cam1.1", *, seeds: tuple[int, ...] = (1,), arrives: bool = True, **more: Any
    ) -> Case:
        """A case with pictures and sealed originals, which have arrived."""
        pictures = [developed(seed) for seed in seeds]
        evidence = tuple(each for picture in pictures for each in told(picture))
        case = await self.site.world.car_stands(slot, evidence=evidence, **more)
        for picture in pictures if arrives else ():
            assert picture.sealed is not None
            await self.site.world.picture_arrives(picture.jpeg)
            await self.site.world.picture_arrives(picture.sealed, SEALED)
        return case

    async def works(self, role: Role, name: str = "", organisation: str | None = None) -> Actor:
        """Let somebody be at work."""
        name = name or f"some.{role.value}"
        statement = """insert into users (name, password_hash, created_at, role, organisation)
            values (:name, 'x', now(), :role, :organisation)"""
        await self.write(statement, name=name, role=role.value, organisation=organisation)
        return actor(role, name)

    async def shown(self, case: Case) -> list[str]:
        """Names of a case's masked pictures, oldest first."""
        view = await self.site.world.cases.get(case.id)
        assert view is not None
        return [photo.sha256 for photo in view.photos if photo.deleted_at is None]

    async def ends(self, case: Case, *, days_ago: float) -> None:
        """Let a case have ended some days before the clock's now."""
        at = self.clock() - timedelta(days=days_ago)
        await self.write("update cases set stage = 'closed', closed_at = :at where id = :id", at=at, id=case.id)

    async def write(self, statement: str, **values: Any) -> None:
        async with transaction(self.engine) as connection:
            await connection.execute(text(statement), values)

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with reading(self.engine) as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]

    async def yes(self, query: str) -> bool:
        """What a query that asks one thing answers."""
        ((answer,),) = await self.rows(query)
        return bool(answer)

    async def keep(self, keeper: Keeper | None = None) -> Done:
        """Delete all that is due."""
        return sum([done async for done in (keeper or self.keeper).steps()], Done())

    async def audit(self, what: str) -> list[Written]:
        """Entries of one kind, newest first."""
        return list(await self.site.services.audit.list(what=what))

    def stored(self) -> set[str]:
        """Names of the complete files in the store."""
        return {path.name for path in (self.folder / "sha256").glob("*/*")} if self.folder.exists() else set()


def plate(plate_text: str = PLATE) -> Plate:
    return Plate(state=PlateState.READ, text=plate_text, kind=PlateKind.ORDINARY, confidences=(0.9,) * 7, looks=9)


def actor(role: Role, name: str = "", scope: Scope = HERE) -> Actor:
    return Actor(name or f"some.{role.value}", role, scope)


@asynccontextmanager
async def opened(database: str, folder: Path) -> AsyncGenerator[Scene, None]:
    """A scene on a database, with the community's key in a folder that is nobody else's."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    (keys / "lantian.pem").write_bytes(private_pem(KEY))
    (keys / "lantian.pem").chmod(0o600)
    async with aclosing(build(database, folder / "evidence", keys=keys)) as sites:
        yield Scene(await anext(sites), Clock(datetime.now(UTC)), folder / "evidence", keys)
