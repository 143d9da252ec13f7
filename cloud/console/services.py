"""What the console stands on, handed in by the app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from fastapi import Request

from cloud.accounts import AccountService
from cloud.cases.service import CaseService
from cloud.console.facts import Eye
from cloud.console.guard import Guard
from cloud.console.live import Live
from cloud.console.rendering import Pages
from cloud.devices.service import DeviceService
from cloud.evidence.service import EvidenceService
from cloud.permits.service import PermitService
from cloud.telemetry.meters import MeterService
from cloud.telemetry.service import BerthService


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the routes use."""

    accounts: AccountService
    cases: CaseService
    berths: BerthService
    meters: MeterService
    devices: DeviceService
    evidence: EvidenceService
    permits: PermitService
    live: Live
    guard: Guard
    pages: Pages
    clock: Callable[[], datetime]
    zone: tzinfo

    def eye(self) -> Eye:
        """Now, as the community reads it."""
        return Eye(self.clock(), self.zone)


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page; its way back through the history wants the whole."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"
