"""The cloud's parts, made from a configuration."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService
from cloud.app.web import create_app
from cloud.cases.service import CHANNEL, CaseService
from cloud.config import Config
from cloud.console.guard import Guard
from cloud.console.live import Live
from cloud.console.rendering import Pages
from cloud.console.services import Services
from cloud.db import create_engine, listen
from cloud.devices.service import DeviceService
from cloud.evidence.endpoints import Endpoints
from cloud.evidence.files import Files
from cloud.evidence.service import EvidenceService
from cloud.ingest.key import load_or_make
from cloud.ingest.letters import Letters
from cloud.ingest.quarantine import Quarantine
from cloud.ingest.sources import sources_of
from cloud.ingest.worker import Ingest
from cloud.permits.endpoints import Endpoints as PermitEndpoints
from cloud.permits.service import PermitService
from cloud.telemetry.drain import Drain
from cloud.telemetry.intake import Intake
from cloud.telemetry.meters import MeterService
from cloud.telemetry.service import CHANNEL as BERTHS
from cloud.telemetry.service import BerthService
from cloud.telemetry.upkeep import Upkeep


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """What programs are joined from; nothing runs yet and no connection is open."""

    config: Config
    engine: AsyncEngine
    accounts: AccountService
    cases: CaseService
    devices: DeviceService
    permits: PermitService
    quarantine: Quarantine
    intake: Intake

    def web(self) -> tuple[FastAPI, Live]:
        """The web application, and what must run beside it.

        Raises:
            Misconfigured: the evidence store cannot be opened.
        """
        config, address = self.config, self.config.database.address()
        evidence = EvidenceService(
            self.engine, Files(config.evidence), limits=config.limits, completed=self.cases.photo_arrived
        )
        live = Live(lambda: listen(address, CHANNEL, BERTHS))
        services = Services(
            accounts=self.accounts,
            cases=self.cases,
            berths=BerthService(self.engine),
            meters=MeterService(self.engine),
            devices=self.devices,
            evidence=evidence,
            permits=self.permits,
            live=live,
            guard=Guard(self.accounts, https=config.secure_cookies),
            pages=Pages(),
            clock=now,
            zone=config.zone,
        )
        app = create_app(
            services,
            engine=self.engine,
            https=config.secure_cookies,
            evidence=Endpoints(evidence, self.devices).routes(),
            permits=PermitEndpoints(self.permits, self.devices, cache(lambda: load_or_make(config.key))).routes(),
            quarantined=self.quarantine.count,
            letter=Letters(self.engine).read,
        )
        return app, live

    def ingest(self) -> Ingest:
        """The worker that takes events in.

        Raises:
            Misconfigured: the cloud's key cannot be used.
        """
        return Ingest(
            self.engine,
            sources_of(self.config),
            load_or_make(self.config.key),
            cases=self.cases,
            meters=self.intake,
            max_quarantine=self.config.limits.quarantine_rows,
        )

    def upkeep(self) -> Upkeep:
        """What keeps the history of meters within its bounds."""
        points, days = self.config.points, self.config.history.quarters_days
        return Upkeep(self.engine, quarters=timedelta(days=days), queue=None if points is None else points.queue)

    def drain(self) -> Drain | None:
        """What moves readings into the point store; None: there is none.

        Raises:
            Misconfigured: its token cannot be read, or the file of certificates is none.
        """
        points = self.config.points
        if points is None:
            return None
        from cloud.telemetry.point_store import store_of  # noqa: PLC0415 - half a second, for those who have a store

        return Drain(self.engine, store_of(points))


def parts_of(config: Config) -> Parts:
    """Make the parts.

    Raises:
        Misconfigured: the database's address cannot be used.
    """
    engine = create_engine(config.database.address(), pool=config.database.pool)
    return Parts(
        config=config,
        engine=engine,
        accounts=AccountService(engine, clock=now),
        cases=CaseService(engine, zone=config.zone, answer_within=timedelta(seconds=config.answer_within_s)),
        devices=DeviceService(engine),
        permits=PermitService(engine, config.zone),
        quarantine=Quarantine(engine, max_rows=config.limits.quarantine_rows),
        intake=Intake(zone=config.zone, points=config.points is not None),
    )
