"""The console's routes: what is open to all, and behind the guard everything else."""

from collections.abc import Awaitable, Callable

from fastapi import Depends, FastAPI

from cloud.console.account_page import AccountPage
from cloud.console.api import Api
from cloud.console.audit_page import AuditPage
from cloud.console.berth_page import BerthPage
from cloud.console.case_desk import CaseDesk
from cloud.console.case_pages import CasePages
from cloud.console.device_api import DeviceApi
from cloud.console.device_page import DevicePage
from cloud.console.doors import Doors
from cloud.console.evaluation_api import EvaluationApi
from cloud.console.evaluation_page import EvaluationDesk, EvaluationPage
from cloud.console.keeping_page import KeepingPage
from cloud.console.meter_api import MeterApi
from cloud.console.meter_pages import MeterPages
from cloud.console.notice_pages import NoticePages
from cloud.console.original_pages import OriginalPages
from cloud.console.permit_page import PermitPage
from cloud.console.photo_desk import PhotoDesk
from cloud.console.photos import Photos
from cloud.console.plan_page import PlanPage
from cloud.console.second_doors import SecondDoors
from cloud.console.services import Services
from cloud.console.settings_page import SettingsPage
from cloud.console.sheet_pages import ReadLetter, SheetPages
from cloud.console.stream import Stream
from cloud.console.today_page import TodayPage


def install(
    app: FastAPI,
    services: Services,
    *,
    quarantined: Callable[[], Awaitable[int]] | None = None,
    letter: ReadLetter | None = None,
) -> None:
    """Add all pages and the JSON interface. Whatever is not a way in is for those logged in.

    Each router stands in the application itself: of one inside another FastAPI analyses and matches the routes again
    for every level.
    """
    doors, api = Doors(services), Api(services)
    evaluation, desk, photos = EvaluationDesk(services), CaseDesk(services), Photos(services)
    for routes in (doors.open_routes(), SecondDoors(services).open_routes(), api.open_routes()):
        app.include_router(routes)
    inside = [Depends(services.guard.require)]
    for routes in (
        doors.routes(),
        AccountPage(services).routes(),
        AuditPage(services).routes(),
        TodayPage(services).routes(),
        CasePages(services).routes(),
        desk.routes(),
        PhotoDesk(services, desk).routes(),
        photos.routes(),
        photos.api_routes(),
        OriginalPages(services).routes(),
        KeepingPage(services).routes(),
        SheetPages(services, letter).routes(),
        PlanPage(services).routes(),
        BerthPage(services).routes(),
        MeterPages(services).routes(),
        EvaluationPage(services, evaluation).routes(),
        EvaluationApi(services, evaluation).routes(),
        NoticePages(services).routes(),
        PermitPage(services).routes(),
        SettingsPage(services).routes(),
        DevicePage(services, quarantined).routes(),
        DeviceApi(services).routes(),
        Stream(services.live, services.guard).routes(),
        api.routes(),
        MeterApi(services).routes(),
    ):
        app.include_router(routes, dependencies=inside)
