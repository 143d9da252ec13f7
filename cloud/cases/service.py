"""What people and gateways do to cases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.cases.domain import Action, Case, CaseView

CHANNEL: Final = "linli_cases"  # told the id of each case that changes
ANSWER_WITHIN: Final = timedelta(minutes=5)
MAX_LIST: Final = 200
CHINA: Final = ZoneInfo("Asia/Shanghai")


def _now() -> datetime:
    return datetime.now(UTC)


class CaseService:
    """Reads and moves cases; each change is one transaction that tells `CHANNEL`."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Callable[[], datetime] = _now,
        zone: tzinfo = CHINA,
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._answer_within = answer_within

    async def list(self, *, open_only: bool | None, limit: int = 50, before: str | None = None) -> list[Case]:
        """Cases, newest first.

        Args:
            open_only: True: those somebody must work on; False: the others; None: all.
            limit: 1 to `MAX_LIST`.
            before: the id of a case: only older ones, for the next page.
        """
        raise NotImplementedError

    async def get(self, case_id: str) -> CaseView | None:
        """A case with its history and photos, or None when there is none of that id (or it is no id)."""
        raise NotImplementedError

    async def act(
        self, case_id: str, action: Action, *, actor: str, version: int, note: str = "", rating: int | None = None
    ) -> Case:
        """Let a person move a case.

        Args:
            version: the one the person saw.
            rating: 1 to 5, with `EVALUATE` and only there.
        Raises:
            Refused: the case does not allow it now, or there is no such case.
            Stale: it was changed since `version`.
        """
        raise NotImplementedError
