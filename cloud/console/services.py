"""What the console stands on, handed in by the app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from fastapi import Request

from cloud.accounts import AccountService, OrganisationService
from cloud.accounts.sign_on import SignOn
from cloud.audit.log import AuditLog
from cloud.cases.handed_in import HandedIn
from cloud.cases.listing import CaseListing
from cloud.cases.saved import SavedFilters
from cloud.cases.service import CaseService
from cloud.console.facts import Eye
from cloud.console.guard import Guard
from cloud.console.live import Live
from cloud.console.rendering import Pages
from cloud.console.words import Word
from cloud.devices.service import DeviceService
from cloud.evaluation.service import EvaluationService
from cloud.evidence.service import EvidenceService
from cloud.notify.service import NoticeService
from cloud.permits.service import PermitService
from cloud.plans.service import PlanService
from cloud.privacy.holds import HoldService
from cloud.privacy.service import OriginalService
from cloud.privacy.terms import Terms
from cloud.telemetry.meters import MeterService
from cloud.telemetry.service import BerthService


@dataclass(frozen=True, slots=True)
class SignOnDoor:
    """Single sign-on, and what its button says."""

    service: SignOn
    name: Word


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the routes use."""

    accounts: AccountService
    organisations: OrganisationService
    cases: CaseService
    listing: CaseListing
    saved: SavedFilters
    handed_in: HandedIn
    berths: BerthService
    meters: MeterService
    devices: DeviceService
    evidence: EvidenceService
    permits: PermitService
    evaluation: EvaluationService
    notices: NoticeService
    plans: PlanService
    live: Live
    audit: AuditLog
    originals: OriginalService
    holds: HoldService
    keeping: Terms  # how long what is kept
    guard: Guard
    pages: Pages
    clock: Callable[[], datetime]
    zone: tzinfo
    sign_on: SignOnDoor | None = None

    def eye(self) -> Eye:
        """Now, as the community reads it."""
        return Eye(self.clock(), self.zone, self.cases.terms)


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page; its way back through the history wants the whole."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"
