"""Who may see and change what is set: each what is of their organisation and of those under it; and that they did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.audit.domain import Deed, Entry
from cloud.audit.log import record
from cloud.notify import rows
from cloud.notify.domain import MAX_NAME, Destination, Rule
from cloud.scope import EVERYTHING, Scope


class NoticeRefused(Exception):
    """What somebody set is not possible; `zh` and `en` say why, and never repeat an address."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh: Final = zh
        self.en: Final = en


class NoticeStale(NoticeRefused):
    """Somebody else has changed it since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            "别人刚刚改过，下面是现在的内容，请看过再改",
            "somebody has changed it meanwhile: it stands below as it is now",
        )


class NoSuchEntry(NoticeRefused):
    """It is not there, or not the viewer's: which of both is not told."""

    def __init__(self) -> None:
        super().__init__("没有这一项", "there is no such entry")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a user, their organisation (None: of all), and what they may see."""

    user: str
    organisation: str | None = None
    scope: Scope = EVERYTHING


async def own_destination(connection: AsyncConnection, viewer: Viewer, destination: str) -> Destination:
    """A destination that the viewer may change.

    Raises:
        NoSuchEntry: there is none.
    """
    found = await rows.destination(connection, destination)
    if found is None or not await _is_own(connection, viewer, found.organisation):
        raise NoSuchEntry
    return found


async def own_rule(connection: AsyncConnection, viewer: Viewer, rule: str) -> Rule:
    """A rule that the viewer may change.

    Raises:
        NoSuchEntry: there is none.
    """
    found = await rows.rule(connection, rule)
    if found is None or not await _is_own(connection, viewer, found.organisation):
        raise NoSuchEntry
    return found


async def _is_own(connection: AsyncConnection, viewer: Viewer, organisation: str) -> bool:
    whose = await rows.organisations_under(connection, viewer.organisation)
    return whose is None or organisation in whose


async def note(  # noqa: PLR0917 - what an entry says
    connection: AsyncConnection,
    viewer: Viewer,
    about: str,
    done: str,
    at: datetime,
    what: Mapping[str, str] | None = None,
    *,
    whose: str | None = None,
) -> None:
    """Write into the audit log, with the change, what was done to an entry; never an address.

    Args:
        whose: the organisation that the entry is of; None: the viewer's.
    """
    detail = {"done": done, **(what or {})}
    community = await rows.community_of(connection, viewer.organisation if whose is None else whose)
    await record(connection, Entry(viewer.user, Deed.SETTING_CHANGED, f"notice/{about}", community, detail, at))


def check_name(name: str) -> None:
    """Refuse a name that is none.

    Raises:
        NoticeRefused: it is empty, too long or not of one line.
    """
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise NoticeRefused(f"名称 1 到 {MAX_NAME} 个字", f"a name has 1 to {MAX_NAME} characters")
