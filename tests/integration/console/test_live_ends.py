"""A stream of changes goes on for as long as its user may hear them, and not for ten minutes more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from fastapi import Request
from sqlalchemy import text

from cloud.accounts import Kind, Role, Session
from cloud.accounts.organisations import Given
from cloud.console import stream
from cloud.console.guard import Guard
from cloud.errors import DatabaseLost
from tests.integration.console.site import USER, Site

WITHIN_S = 20


class Looked:
    """Counts how often the guard looked whether a stream may go on, and passes that on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._count = 0
        self._again = asyncio.Condition()
        really = Guard.still

        async def still(guard: Guard, request: Request, session: Session) -> bool:
            answer = await really(guard, request, session)
            async with self._again:
                self._count += 1
                self._again.notify_all()
            return answer

        monkeypatch.setattr(Guard, "still", still)
        monkeypatch.setattr(stream, "CHECK_S", 0.02)

    async def times(self, number: int) -> None:
        async with asyncio.timeout(WITHIN_S), self._again:
            await self._again.wait_for(lambda: self._count >= number)


async def revoked(site: Site) -> None:
    await site.services.accounts.revoke(USER)


async def another_password(site: Site) -> None:
    await site.services.accounts.set_password(USER, "another long secret")


async def ended_elsewhere(site: Site) -> None:
    (session,) = await site.services.accounts.sessions.list(USER)
    assert await site.services.accounts.sessions.revoke(USER, session.id)


async def expired(site: Site) -> None:
    async with site.world.engine.begin() as connection:
        await connection.execute(text("update sessions set expires_at = now() - interval '1 second'"))


async def no_viewer_any_more(site: Site) -> None:
    await site.services.accounts.set_role(USER, Role.INSTALLER)


async def elsewhere(site: Site) -> None:
    await site.services.organisations.put([Given("hupan", Kind.COMMUNITY, None, "湖畔", community="hupan")], by="test")
    await site.services.accounts.place(USER, Role.STAFF, "hupan")


ENDS = [revoked, another_password, ended_elsewhere, expired, no_viewer_any_more, elsewhere]


@pytest.mark.parametrize("ends", ENDS, ids=lambda ends: ends.__name__)
@pytest.mark.parametrize("watch", ["cases", "berths"])
async def test_it_ends_when_its_user_may_hear_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch, ends: Callable[[Site], Awaitable[None]], watch: str
) -> None:
    looked, staff = Looked(monkeypatch), await site.staff()
    watching = asyncio.create_task(staff.get(f"/live?watch={watch}"))  # answered whole once the stream has ended
    await looked.times(3)
    assert not watching.done(), "it goes on while nothing changes"
    await ends(site)
    answer = await asyncio.wait_for(watching, WITHIN_S)
    assert answer.status_code == 200
    assert len(site.services.live) == 0


async def test_it_ends_where_nobody_can_say_whether_it_may_go_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, staff = Looked(monkeypatch), await site.staff()
    watching = asyncio.create_task(staff.get("/live"))
    await looked.times(1)

    async def lost(_: str) -> Session | None:
        raise DatabaseLost("PostgreSQL: gone")

    monkeypatch.setattr(site.services.accounts, "session", lost)
    assert (await asyncio.wait_for(watching, WITHIN_S)).status_code == 200
