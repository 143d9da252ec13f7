"""The console as one router: what is open to all, and behind the guard everything else."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends

from cloud.console.api import Api
from cloud.console.berth_page import BerthPage
from cloud.console.case_pages import CasePages
from cloud.console.device_page import DevicePage
from cloud.console.doors import Doors
from cloud.console.meter_api import MeterApi
from cloud.console.meter_pages import MeterPages
from cloud.console.permit_page import PermitPage
from cloud.console.photos import Photos
from cloud.console.services import Services
from cloud.console.sheet_pages import ReadLetter, SheetPages
from cloud.console.stream import Stream


def console_router(
    services: Services, *, quarantined: Callable[[], Awaitable[int]] | None = None, letter: ReadLetter | None = None
) -> APIRouter:
    """All pages and the JSON interface. Whatever is not a way in is for those logged in."""
    doors, api = Doors(services), Api(services)
    inside = APIRouter(dependencies=[Depends(services.guard.require)])
    for routes in (
        doors.routes(),
        CasePages(services).routes(),
        Photos(services).routes(),
        SheetPages(services, letter).routes(),
        BerthPage(services).routes(),
        MeterPages(services).routes(),
        PermitPage(services).routes(),
        DevicePage(services, quarantined).routes(),
        Stream(services.live).routes(),
        api.routes(),
        MeterApi(services).routes(),
    ):
        inside.include_router(routes)
    router = APIRouter()
    router.include_router(doors.open_routes())
    router.include_router(api.open_routes())
    router.include_router(inside)
    return router
