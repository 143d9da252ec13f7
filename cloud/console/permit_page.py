"""The list of permits, for the property's lead: plates are personal data, so no address and no log holds one."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import Response

from cloud.accounts import Session
from cloud.audit import Deed, Entry
from cloud.cases.steps import MAX_NOTE
from cloud.console.facts import Eye, known, moment
from cloud.console.guard import session_of
from cloud.console.services import Services
from cloud.console.who import communities_called
from cloud.console.words import WORDS, Word
from cloud.permits.service import MAX_LIST, MAX_SEARCH, ListRefused
from cloud.permits.service import Entry as Listed
from contract.identifiers import is_slug
from contract.permits import ListedPermit, PermitPeriod
from contract.sheets import MAX_SHEET_BYTES, NoSheet

IMPORT: Final = "/permits/import"
MAX_IMPORT_BYTES: Final = MAX_SHEET_BYTES + 64 * 1024  # with the form around it

Community = Annotated[str, Form(max_length=63)]


@dataclass(frozen=True, slots=True)
class Row:
    """One permit as it is shown."""

    id: int
    plate: str
    kind: Word
    valid: Word
    tone: str  # whether it holds now
    state: Word
    periods: tuple[Word, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says of what was done."""

    text: Word
    why: Word | None = None
    is_fault: bool = False


class PermitPage:
    """`/permits`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/permits", self.show, methods=["GET"])
        router.add_api_route("/permits/search", self.search, methods=["POST"])
        router.add_api_route("/permits/remove", self.remove, methods=["POST"])
        router.add_api_route(IMPORT, self.take_in, methods=["POST"])
        return router

    async def show(self, request: Request, community: Annotated[str, Query(max_length=63)] = "") -> Response:
        """The list of a community."""
        return await self._page(request, session_of(request), community)

    async def search(
        self, request: Request, *, community: Community, plate: Annotated[str, Form(max_length=MAX_SEARCH)] = ""
    ) -> Response:
        """Find plates by a part of them. By POST: an address stays in histories and logs."""
        return await self._page(request, session_of(request), community, search=plate)

    async def remove(self, request: Request, *, community: Community, entry: Annotated[int, Form(ge=0)]) -> Response:
        """Take one off the list."""
        lead = session_of(request)
        _within(lead, community)
        done = await self._services.permits.remove(community, entry, by=lead.user, scope=lead.scope)
        said = Said(WORDS["permits.removed" if done else "permits.gone"], is_fault=not done)
        return await self._page(request, lead, community, said=said)

    async def take_in(
        self, request: Request, *, community: Community, file: Annotated[UploadFile, File()], whole: str = Form("")
    ) -> Response:
        """Take in a CSV."""
        lead = session_of(request)
        _within(lead, community)
        raw = await file.read(MAX_SHEET_BYTES + 1)
        try:
            done = await self._services.permits.take_in(
                community, raw, replace=whole == "yes", by=lead.user, scope=lead.scope
            )
        except (NoSheet, ListRefused) as error:
            said = Said(WORDS["permits.not_taken"], Word(error.zh, error.en), is_fault=True)
        else:
            said = Said(WORDS["permits.taken"].fill(lines=done.lines, total=done.total))
            if done.unread:
                said = replace(said, why=WORDS["permits.unread"].fill(columns=", ".join(done.unread)))
        return await self._page(request, lead, community, said=said)

    async def _page(
        self, request: Request, lead: Session, community: str, *, search: str = "", said: Said | None = None
    ) -> Response:
        communities = sorted({gateway.community for gateway in await self._services.devices.list(lead.scope)})
        if not community and communities:
            community = communities[0]
        _within(lead, community)
        page, eye = await self._services.permits.page(community, search=search, scope=lead.scope), self._services.eye()
        about, detail = f"permits/{community}", {"shown": str(len(page.entries))}
        await self._services.audit.record(
            Entry(lead.user, Deed.PERMITS_VIEWED, about, community or None, detail, eye.now)
        )
        return self._services.pages.page(
            request,
            "permits.html",
            status=422 if said is not None and said.is_fault else 200,
            session=lead,
            community=community,
            communities=await communities_called(self._services.organisations, communities),
            search=search,
            rows=tuple(_row(entry, eye) for entry in page.entries),
            total=page.total,
            is_cut=len(page.entries) == MAX_LIST,
            changed=None if page.changed_at is None else moment(page.changed_at, eye),
            changed_by=page.changed_by,
            said=said,
        )


def _within(lead: Session, community: str) -> None:
    """Refuse what is no community, and one of which nobody may know whether it is."""
    if community and not (is_slug(community) and lead.scope.covers(community)):
        raise HTTPException(404)


def _row(entry: Listed, eye: Eye) -> Row:
    permit = entry.permit
    begins = permit.valid_from is not None and eye.now < permit.valid_from
    ended = permit.valid_until is not None and eye.now >= permit.valid_until
    state = "permits.not_yet" if begins else "permits.ended" if ended else "permits.holds"
    return Row(
        id=entry.id,
        plate=permit.plate,
        kind=known("permit_kind", permit.kind),
        valid=_valid(permit, eye),
        tone="done" if state == "permits.holds" else "todo",
        state=WORDS[state],
        periods=tuple(_period(period) for period in permit.periods),
        note=entry.note[:MAX_NOTE],
    )


def _valid(permit: ListedPermit, eye: Eye) -> Word:
    """From when until when, both included: a permit that ends at midnight ends with the day before."""
    first, last = permit.valid_from, permit.valid_until
    begins = None if first is None else _day(first.astimezone(eye.zone))
    if last is None:
        return WORDS["permits.always"] if begins is None else WORDS["permits.from"].fill(first=begins)
    local = last.astimezone(eye.zone)
    ends = _day(local - timedelta(days=1)) if _is_midnight(local) else _day(local)
    if begins is None:
        return WORDS["permits.until"].fill(last=ends)
    return WORDS["permits.between"].fill(first=begins, last=ends)


def _day(local: datetime) -> str:
    return local.strftime("%Y-%m-%d" if _is_midnight(local) else "%Y-%m-%d %H:%M")


def _is_midnight(local: datetime) -> bool:
    return local.time() == time()


def _period(period: PermitPeriod) -> Word:
    days = [WORDS[f"weekday.{day}"] for day in period.days]
    hours = f"{period.start:%H:%M}–{period.end:%H:%M}"
    return Word(f"{'、'.join(day.zh for day in days)} {hours}", f"{', '.join(day.en for day in days)} {hours}")
