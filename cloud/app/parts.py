"""The cloud's parts, made from a configuration."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService, OrganisationService, Role
from cloud.accounts.factor_seal import FactorSeal
from cloud.accounts.oidc import Client, Provider
from cloud.accounts.sign_on import Rule, SignOn
from cloud.accounts.token_service import TokenService
from cloud.app.web import create_app
from cloud.audit.log import AuditLog
from cloud.cases.calendar import WorkCalendar
from cloud.cases.domain import Term
from cloud.cases.handed_in import HandedIn
from cloud.cases.listing import CaseListing
from cloud.cases.saved import SavedFilters
from cloud.cases.service import CHANNEL, CaseService
from cloud.cases.terms import Terms as CaseTerms
from cloud.cases.vocabulary import CaseKind, Unit
from cloud.config import Config, Retention
from cloud.console.guard import Guard
from cloud.console.live import Live
from cloud.console.rendering import Pages
from cloud.console.services import Services, SignOnDoor
from cloud.console.words import Word
from cloud.db import create_engine, listen
from cloud.devices.service import DeviceService
from cloud.errors import Misconfigured
from cloud.evaluation.service import EvaluationService
from cloud.evidence.disposal import Disposal
from cloud.evidence.endpoints import Endpoints
from cloud.evidence.files import Files
from cloud.evidence.service import EvidenceService
from cloud.ingest.erasing import Messages
from cloud.ingest.key import load_or_make
from cloud.ingest.letters import Letters
from cloud.ingest.quarantine import Quarantine
from cloud.ingest.sources import sources_of
from cloud.ingest.worker import Ingest
from cloud.notify.channels import AppriseChannel
from cloud.notify.desk import Desk
from cloud.notify.reach import Reach
from cloud.notify.service import NoticeService
from cloud.notify.vault import Vault
from cloud.notify.worker import Notifier
from cloud.permits.endpoints import Endpoints as PermitEndpoints
from cloud.permits.service import PermitService
from cloud.plans.service import PlanService
from cloud.privacy.holds import HoldService
from cloud.privacy.keeper import Keeper
from cloud.privacy.keys import load as load_keys
from cloud.privacy.service import OriginalService
from cloud.privacy.terms import Terms
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
    organisations: OrganisationService
    tokens: TokenService
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
        live = Live(lambda: listen(address, CHANNEL, BERTHS), community_of=self.cases.community_of)
        services = Services(
            accounts=self.accounts,
            organisations=self.organisations,
            cases=self.cases,
            listing=CaseListing(self.engine, zone=config.zone),
            saved=SavedFilters(self.engine),
            handed_in=HandedIn(self.engine, clock=now),
            berths=BerthService(self.engine),
            meters=MeterService(self.engine),
            devices=self.devices,
            evidence=evidence,
            permits=self.permits,
            evaluation=EvaluationService(
                self.engine, self.cases.terms.calendar, households=config.evaluation.households
            ),
            originals=OriginalService(self.engine, evidence, load_keys(config.sealing.keys), zone=config.zone),
            holds=HoldService(self.engine),
            notices=NoticeService(self.engine, self._vault(), zone=config.zone, reach=self._reach()),
            plans=PlanService(self.engine),
            audit=AuditLog(self.engine),
            live=live,
            keeping=terms_of(config.retention),
            guard=Guard(self.accounts, https=config.secure_cookies, tokens=self.tokens),
            pages=Pages(),
            clock=now,
            zone=config.zone,
            sign_on=self._sign_on(),
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

    def _sign_on(self) -> SignOnDoor | None:
        """Single sign-on; None: there is none.

        Raises:
            Misconfigured: its secret or its authority's certificate cannot be read.
        """
        oidc = self.config.oidc
        if oidc is None:
            return None
        client = Client(oidc.issuer, oidc.client_id, oidc.secret(), oidc.redirect, oidc.scopes)
        provider = Provider(client, clock=now, tls=_authority(oidc.ca_file))
        rules = [Rule(rule.value, Role(rule.role), rule.organisation) for rule in oidc.rule]
        service = SignOn(
            self.engine, self.accounts.sessions, provider, oidc.issuer, clock=now, claim=oidc.claim, rules=rules
        )
        return SignOnDoor(service, Word(oidc.name_zh, oidc.name_en))

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

    def notifier(self) -> Notifier:
        """What tells people and other systems of cases."""
        config = self.config
        keep = timedelta(days=config.notices.keep_days)
        desk = Desk(self.engine, clock=now, zone=config.zone, public_url=config.public_url, keep=keep)
        return Notifier(self.engine, desk, AppriseChannel(reach=self._reach()), self._vault(), clock=now)

    def _reach(self) -> Reach:
        return Reach.of(self.config.notices.inner_hosts)

    def _vault(self) -> Vault:
        return Vault(cache(lambda: load_or_make(self.config.key)))

    def upkeep(self) -> Upkeep:
        """What keeps the history of meters within its bounds."""
        points, days = self.config.points, self.config.history.quarters_days
        return Upkeep(self.engine, quarters=timedelta(days=days), queue=None if points is None else points.queue)

    def disposal(self) -> Disposal:
        """What takes evidence out of the store.

        Raises:
            Misconfigured: the evidence store cannot be opened.
        """
        return Disposal(self.engine, Files(self.config.evidence))

    def keeper(self) -> Keeper:
        """What deletes evidence, plates and messages when their time is over.

        Raises:
            Misconfigured: the evidence store cannot be opened.
        """
        return Keeper(self.engine, self.disposal(), Messages(), terms_of(self.config.retention))

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


def terms_of(retention: Retention) -> Terms:
    """How long what is kept, as the configuration says it in days."""
    return Terms(
        pictures=timedelta(days=retention.pictures_days),
        films=timedelta(days=retention.films_days),
        originals=timedelta(days=retention.originals_days),
        unclaimed=timedelta(days=retention.unclaimed_days),
        plates=timedelta(days=retention.plates_days),
        messages=timedelta(days=retention.messages_days),
        by_kind={CaseKind(kind): timedelta(days=days) for kind, days in retention.cases.items()},
    )


def deadlines_of(config: Config) -> CaseTerms:
    """The deadlines and the calendar of a configuration."""
    days = dict.fromkeys(config.calendar.worked, True) | dict.fromkeys(config.calendar.free, False)
    calendar = WorkCalendar(config.zone, config.calendar.hours, days)
    deadlines = {(CaseKind(each.kind), each.community): Term(each.amount, Unit(each.unit)) for each in config.deadlines}
    return CaseTerms(calendar, deadlines)


def _authority(path: Path | None) -> ssl.SSLContext | None:
    """How the provider's certificate is checked; None: as the system does."""
    try:
        return None if path is None else ssl.create_default_context(cafile=str(path))
    except OSError as error:
        raise Misconfigured(f"oidc.ca_file: {path} cannot be used ({type(error).__name__})") from None


def parts_of(config: Config) -> Parts:
    """Make the parts.

    Raises:
        Misconfigured: the database's address cannot be used.
    """
    engine = create_engine(config.database.address(), pool=config.database.pool)
    return Parts(
        config=config,
        engine=engine,
        accounts=AccountService(
            engine,
            clock=now,
            second_factor_of=frozenset(Role(role) for role in config.accounts.second_factor),
            seal=FactorSeal(cache(lambda: load_or_make(config.key))),
        ),
        organisations=OrganisationService(engine, clock=now),
        tokens=TokenService(engine, clock=now),
        cases=CaseService(
            engine,
            zone=config.zone,
            answer_within=timedelta(seconds=config.answer_within_s),
            terms=deadlines_of(config),
        ),
        devices=DeviceService(engine),
        permits=PermitService(engine, config.zone),
        quarantine=Quarantine(engine, max_rows=config.limits.quarantine_rows),
        intake=Intake(zone=config.zone, points=config.points is not None),
    )
