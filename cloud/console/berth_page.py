"""Berths 泊位: which are free, as a live page for staff and as JSON for the city's parking dispatch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Final, Self

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from cloud.console.facts import Eye, Moment, known, moment
from cloud.console.guard import session_of
from cloud.console.services import Services, wants_part
from cloud.console.times import span
from cloud.console.who import communities_called
from cloud.console.words import WORDS, Word
from cloud.telemetry.domain import STALE, Berth, BerthKey
from cloud.telemetry.service import MAX_LIST
from contract.berth import BerthState
from contract.envelope import ClockTrust
from contract.identifiers import SLUG

MARKS: Final = {BerthState.FREE: "○", BerthState.TAKEN: "■", BerthState.UNKNOWN: "?"}  # not by colour alone
TONES: Final = {BerthState.FREE: "done", BerthState.TAKEN: "busy", BerthState.UNKNOWN: "todo"}

_SLUG = SLUG.removeprefix("^").removesuffix("$")
After = Annotated[str | None, Query(max_length=256, pattern=rf"^{_SLUG}/{_SLUG}/{_SLUG}/{_SLUG}$")]
Community = Annotated[str | None, Query(max_length=63, pattern=f"^{_SLUG}$")]


class BerthOut(BaseModel):
    """One berth. `state` is what may be relied on now: `unknown` where nothing new was told for `stale_after_s`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    community: str
    gateway: str
    camera: str
    zone: str
    name: str
    state: BerthState
    since: datetime
    vehicle: str | None
    came: int
    left: int
    counted_since: datetime
    observed_at: datetime
    received_at: datetime
    clock: ClockTrust
    stale: bool
    simulated: bool

    @classmethod
    def of(cls, berth: Berth, now: datetime) -> Self:
        return cls(
            community=berth.key.community,
            gateway=berth.key.gateway,
            camera=berth.key.camera,
            zone=berth.key.zone,
            name=berth.name,
            state=berth.state(now),
            since=berth.since,
            vehicle=berth.vehicle,
            came=berth.came,
            left=berth.left,
            counted_since=berth.counted_since,
            observed_at=berth.observed_at,
            received_at=berth.received_at,
            clock=berth.clock,
            stale=berth.is_stale(now),
            simulated=berth.simulated,
        )


class BerthsOut(BaseModel):
    """A page of berths, by community, gateway, camera and zone; `after` asks for the next one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    berths: tuple[BerthOut, ...]
    free: int
    taken: int
    unknown: int
    stale_after_s: float
    after: str | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One berth as it is shown."""

    name: str
    mark: str
    state: Word
    tone: str
    since: Moment
    vehicle: Word | None
    counts: Word
    why: Word | None  # it is not known


@dataclass(frozen=True, slots=True)
class Group:
    """The berths of one camera."""

    name: Word
    told: Moment
    counted_since: Moment
    doubtful_clock: bool
    simulated: bool
    tiles: tuple[Tile, ...]


class BerthPage:
    """`/berths` and `/api/berths`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/berths", self.show, methods=["GET"], include_in_schema=False)
        router.add_api_route("/api/berths", self.list, methods=["GET"], tags=["berths"], summary="泊位 Berths")
        return router

    async def show(self, request: Request) -> Response:
        found, eye = (
            await self._services.berths.list(limit=MAX_LIST + 1, scope=session_of(request).scope),
            self._services.eye(),
        )
        berths = found[:MAX_LIST]
        called = await communities_called(self._services.organisations, {each.key.community for each in berths})
        return self._services.pages.page(
            request,
            "_berths.html" if wants_part(request) else "berths.html",
            session=session_of(request),
            groups=groups(berths, eye, called),
            shown=len(berths) if len(found) > MAX_LIST else None,
            counts=tuple(
                (MARKS[state], known("berth", state), TONES[state], count(berths, state, eye.now))
                for state in BerthState
            ),
        )

    async def list(
        self,
        request: Request,
        community: Community = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIST)] = MAX_LIST,
        after: After = None,
    ) -> BerthsOut:
        """Which berths are free."""
        key = None if after is None else BerthKey(*after.split("/"))
        found = await self._services.berths.list(
            community=community, limit=limit + 1, after=key, scope=session_of(request).scope
        )
        page, now = found[:limit], self._services.clock()
        last = page[-1].key if len(found) > limit else None
        return BerthsOut(
            berths=tuple(BerthOut.of(berth, now) for berth in page),
            free=count(page, BerthState.FREE, now),
            taken=count(page, BerthState.TAKEN, now),
            unknown=count(page, BerthState.UNKNOWN, now),
            stale_after_s=STALE.total_seconds(),
            after=None if last is None else f"{last.community}/{last.gateway}/{last.camera}/{last.zone}",
        )


def count(berths: Sequence[Berth], state: BerthState, now: datetime) -> int:
    """How many are in a state."""
    return sum(berth.state(now) is state for berth in berths)


def groups(berths: Sequence[Berth], eye: Eye, called: Mapping[str, Word]) -> tuple[Group, ...]:
    """Berths by their camera, in the order given; `called` says what communities are called."""

    def camera(berth: Berth) -> tuple[str, str, str]:
        return berth.key.community, berth.key.gateway, berth.key.camera

    return tuple(_group(tuple(found), eye, called) for _, found in groupby(berths, camera))


def _group(berths: Sequence[Berth], eye: Eye, called: Mapping[str, Word]) -> Group:
    first = berths[0]
    community = called[first.key.community]
    return Group(
        name=Word(f"{community.zh} / {first.key.camera}", f"{community.en} / {first.key.camera}"),
        told=moment(first.received_at, eye),
        counted_since=moment(first.counted_since, eye),
        doubtful_clock=first.clock is not ClockTrust.SYNCED or first.odd_time,
        simulated=first.simulated,
        tiles=tuple(_tile(berth, eye) for berth in berths),
    )


def _tile(berth: Berth, eye: Eye) -> Tile:
    state, stale = berth.state(eye.now), berth.is_stale(eye.now)
    taken = state is BerthState.TAKEN and berth.vehicle is not None
    return Tile(
        name=berth.name or berth.key.zone,
        mark=MARKS[state],
        state=known("berth", state),
        tone=TONES[state],
        since=moment(berth.since, eye),
        vehicle=known("vehicle", str(berth.vehicle)) if taken else None,
        counts=WORDS["berths.counts"].fill(came=berth.came, left=berth.left),
        why=_why(span(STALE.total_seconds())) if stale else None,
    )


def _why(length: Word) -> Word:
    found = WORDS["berths.stale"]
    return Word(found.zh.format(time=length.zh), found.en.format(time=length.en))
