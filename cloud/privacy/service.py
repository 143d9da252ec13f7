"""Asking for originals, deciding, opening them: each step is one transaction, with its entry in the audit log."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from os import urandom
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.cases.domain import Actor, Refused
from cloud.db import reading, transaction
from cloud.privacy import domain, repository
from cloud.privacy.domain import DEFAULT_HOURS, Move, Request, State, Unknown
from cloud.privacy.keys import KeyRing
from cloud.privacy.parcel import Slip, opened, pack
from cloud.privacy.repository import Sealed
from cloud.privacy.watermark import NoPicture
from contract.errors import ContractError
from contract.identifiers import ENTROPY_BYTES, UUID7, uuid7

CHINA: Final = ZoneInfo("Asia/Shanghai")
AT_ONCE: Final = 2  # originals opened at a time: each takes a second of a core, and 200 MB where it is large


class Store(Protocol):
    """Where sealed files lie."""

    async def read(self, sha256: str, /) -> bytes | None:
        """A file; None: it is not there (yet)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Requests that somebody has to do with, each kind newest first, at most `repository.MAX_LIST`."""

    to_decide: tuple[Request, ...]
    granted: tuple[Request, ...]  # of others, which they could revoke
    own: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """An original that a request covers."""

    case_id: str  # that it is of now
    picture: str  # SHA-256 of the masked picture
    taken_at: datetime
    is_film: bool
    arrived: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What the asker gets: the picture with a watermark, or what the key's holder can open."""

    body: bytes
    sealed: bool
    name: str  # of the file, without what tells its kind


def _now() -> datetime:
    return datetime.now(UTC)


class OriginalService:
    """Requests for originals.

    Args:
        keys: of communities that this machine may open originals of; none: it gives out sealed files.
        zone: that a watermark's time is written in.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        store: Store,
        keys: KeyRing | None = None,
        *,
        clock: Callable[[], datetime] = _now,
        zone: tzinfo = CHINA,
    ) -> None:
        self._engine = engine
        self._store = store
        self._keys = keys or KeyRing({})
        self._clock = clock
        self._zone = zone
        self._room = asyncio.Semaphore(AT_ONCE)

    async def ask(self, case_id: str, picture: str | None, reason: str, *, by: Actor) -> Request:
        """Ask for the original of one picture of a case, or of all of them.

        Args:
            picture: SHA-256 of the masked picture; None: all.
        Raises:
            Unknown: no such case or picture within the scope, or no original of it was sealed.
            Refused: they may not ask, have asked already, or the reason will not do.
        """
        if not domain.may_ask(by.role):
            raise Refused("您的岗位不能申请查看原图", "your role cannot ask for originals")
        reason, now = domain.checked_reason(reason), self._clock()
        async with transaction(self._engine) as connection:
            place = await repository.place(connection, _id(case_id), by.scope)
            pictures = await repository.pictures(connection, case_id, picture)
            if place is None or not pictures:
                raise Unknown
            await repository.lock_asker(connection, by.name)
            if await repository.live_of(connection, by.name, now) >= domain.MAX_OPEN:
                raise Refused(
                    f"您最多同时有 {domain.MAX_OPEN} 份未了结的申请", f"at most {domain.MAX_OPEN} requests at a time"
                )
            request = Request(
                id=uuid7(now, urandom(ENTROPY_BYTES)),
                case_id=case_id,
                number=place.number,
                community=place.community,
                picture=picture,
                asker=by.name,
                asker_role=by.role,
                reason=reason,
                asked_at=now,
                state=State.ASKED,
                ends_at=now + domain.WAITS,
                pictures=pictures,
            )
            if await repository.same(connection, request, now):
                raise Refused("您已经申请过了，请看它的状态", "you have asked for it already: see how that stands")
            await repository.add(connection, request)
            await self._tell(connection, Deed.ORIGINAL_ASKED, request, by, now, reason=reason)
        return request

    async def decide(
        self, request_id: str, move: Move, *, by: Actor, reason: str = "", hours: int = DEFAULT_HOURS
    ) -> Request:
        """Grant, refuse, revoke or withdraw a request.

        Args:
            hours: 1 to `domain.MAX_HOURS`, from now, with `GRANT`.
        Raises:
            Unknown: there is none, or it is none of this person's business.
            Refused: as `domain.decide`.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            request = await repository.locked(connection, _id(request_id))
            if request is None:
                raise Unknown
            decided = domain.decide(request.at(now), move, by=by, reason=reason, hours=hours, now=now)
            if move is Move.GRANT and request.picture is None:  # what has come since it was asked, and nothing later
                there = await repository.pictures(connection, request.case_id, None)
                decided = replace(decided, pictures=tuple(dict.fromkeys(request.pictures + there)))
            await repository.save(connection, decided)
            told = {"move": move.value, "asker": request.asker, "reason": decided.answer or request.reason}
            if move is Move.GRANT:
                told |= {"until": decided.ends_at.isoformat(), "pictures": str(len(decided.pictures))}
            await self._tell(connection, Deed.ORIGINAL_DECIDED, decided, by, now, **told)
        return decided

    async def listing(self, by: Actor) -> Listing:
        """What somebody has to decide, what they granted or could revoke, and what they asked for."""
        now = self._clock()
        async with reading(self._engine) as connection:
            found = await repository.of_others(connection, by.role, by.name, by.scope)
            others = [request for request in found if domain.may_decide(request, by)]
            own = await repository.mine(connection, by.name, by.scope)
        live = [request.at(now) for request in others]
        return Listing(
            to_decide=tuple(request for request in live if request.state is State.ASKED),
            granted=tuple(request for request in live if request.state is State.GRANTED),
            own=tuple(request.at(now) for request in own),
        )

    async def request(self, request_id: str, *, by: Actor) -> tuple[Request, tuple[Held, ...]]:
        """A request as it stands, and the originals that it covers.

        Raises:
            Unknown
        """
        async with reading(self._engine) as connection:
            request = await repository.read(connection, _id(request_id))
            if request is None or not domain.may_see(request, by):
                raise Unknown
            originals = await repository.covered(connection, request.community, request.pictures)
        return request.at(self._clock()), tuple(_held(each) for each in originals)

    async def of_picture(self, case_id: str, picture: str | None, *, by: Actor) -> tuple[str, tuple[Request, ...]]:
        """The number of a case whose originals were sealed, and what somebody has asked of it already.

        Raises:
            Unknown: no such case or picture within the scope, or no original of it was sealed.
        """
        async with reading(self._engine) as connection:
            place = await repository.place(connection, _id(case_id), by.scope)
            if place is None or not await repository.pictures(connection, case_id, picture):
                raise Unknown
            asked = await repository.of_case(connection, case_id, picture, by.name)
        now = self._clock()
        covering = [request for request in asked if picture is None or request.covers(picture)]
        return place.number, tuple(request.at(now) for request in covering)

    async def open(self, request_id: str, picture: str, *, by: Actor) -> Given:
        """Give the asker an original that was granted. It is written into the audit log before anything is shown.

        Args:
            picture: SHA-256 of the masked picture.
        Raises:
            Unknown: no such request, it is somebody else's, or does not cover the picture.
            Refused: it is not granted (any more), the original is not there, or is not what was sealed.
            DatabaseLost, StoreLost
        """
        async with self._room:
            request, original, now = await self._granted(request_id, picture, by)
            sealed = await self._store.read(original.sha256)
            if sealed is None:
                raise Refused("原图还没有上传，或已按期限删除", "the original has not arrived, or its time is over")
            given = await asyncio.to_thread(self._give, request, original, sealed, now)
            await self._note(request, by, original, now, sealed=given.sealed)
            return given

    async def _granted(self, request_id: str, picture: str, by: Actor) -> tuple[Request, Sealed, datetime]:
        now = self._clock()
        async with reading(self._engine) as connection:
            request = await repository.read(connection, _id(request_id))
            is_own = request is not None and request.asker == by.name and by.scope.covers(request.community)
            if request is None or not is_own or not domain.may_ask(by.role):
                raise Unknown
            _check_granted(request.at(now))
            originals = await repository.covered(connection, request.community, [picture])
        if not request.covers(picture) or not originals:
            raise Unknown
        return request, originals[0], now

    def _give(self, request: Request, original: Sealed, sealed: bytes, now: datetime) -> Given:
        slip = Slip(
            request=request.id,
            number=request.number,
            asker=request.asker,
            until=request.ends_at,
            media_type=original.media_type,
            community=original.community,
            gateway=original.gateway,
            camera=original.camera,
            taken_at=original.taken_at,
        )
        name = f"{request.number}-{original.picture[:8]}"
        try:
            if not slip.is_picture or not self._keys.has(sealed):  # no watermark can be written into a film
                return Given(pack(slip, sealed), sealed=True, name=name)
            body = opened(slip, sealed, self._keys, now=now.astimezone(self._zone))
        except (NoPicture, ContractError):
            raise Refused(
                "这份封存文件打不开，请联系管理员", "the sealed file cannot be opened: tell the operator"
            ) from None
        return Given(body, sealed=False, name=name)

    async def _note(self, request: Request, by: Actor, original: Sealed, now: datetime, *, sealed: bool) -> None:
        """Write down that it is opened, unless it was revoked while it was read."""
        async with transaction(self._engine) as connection:
            found = await repository.locked(connection, request.id)
            if found is None:
                raise Unknown
            current = found.at(self._clock())
            _check_granted(current)
            await repository.save(connection, replace(current, opened=current.opened + 1, opened_at=now))
            told = {"original": original.sha256, "picture": original.picture, "as": "sealed" if sealed else "opened"}
            await self._tell(connection, Deed.ORIGINAL_VIEWED, request, by, now, **told)

    async def _tell(
        self, connection: AsyncConnection, deed: Deed, request: Request, by: Actor, now: datetime, **told: str
    ) -> None:
        detail = {"request": request.id, **({"picture": request.picture} if request.picture else {}), **told}
        await record(connection, Entry(by.name, deed, f"case/{request.case_id}", request.community, detail, now))


def _check_granted(request: Request) -> None:
    """Raises: Refused, where it does not open (any more)."""
    if request.state is not State.GRANTED:
        raise Refused("这份申请没有获准，或期限已过", "the request is not granted, or its time is over")


def _held(original: Sealed) -> Held:
    is_film = original.media_type.startswith("video/")
    return Held(original.case_id, original.picture, original.taken_at, is_film, original.arrived)


def _id(text: str) -> str:
    """An id that can be one.

    Raises:
        Unknown: it cannot.
    """
    if re.fullmatch(UUID7, text) is None:
        raise Unknown
    return text
