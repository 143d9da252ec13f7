"""A member of staff, acted: works the story's cases through the same HTTP interface that programs use."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict

from deploy.onebox.cloud import STAFF
from deploy.onebox.telling import Terminal

ON_THE_SPOT_S: Final = 10.0  # from accepting to reporting: the driver needs some seconds, the camera some more
PARKING: Final = "parking"
METER: Final = "meter"
STORY: Final = frozenset({PARKING, "gate", METER})  # a case of each
MAX_CASES: Final = 20  # looked at
_LOOK_EVERY_S: Final = 0.5
_TIMEOUT_S: Final = 10.0
_JPEG: Final = b"\xff\xd8\xff"


class Busy(Exception):
    """The cloud cannot do it now, or somebody changed the case first: look again and decide anew."""


class _Told(BaseModel):
    """What of an answer is used here; the rest is left aside."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Session(_Told):
    csrf: str


class Case(_Told):
    id: str
    kind: str
    number: str
    version: int
    stage: str
    verification: str
    open: bool
    simulated: bool
    actions: tuple[str, ...]

    @property
    def is_played(self) -> bool:
        """Whether the story is done with it: closed, or the plumber has it, whose work the story does not wait for."""
        return not self.open or (self.kind == METER and "accept" not in self.actions)


@dataclass(frozen=True, slots=True)
class _Words:
    what: str
    then: str = ""
    reported: str = ""
    closed: str = ""


_WORDS: Final = {
    PARKING: _Words(
        what="违停 parking",
        reported="上报处理完毕，请摄像机复核  reported handled; the camera is asked",
        closed="摄像机核实后结案  case closed, verified by the camera",
    ),
    "gate": _Words(
        what="大门常开 gate stuck open",
        reported="上报处理完毕，等门禁核实  reported handled; the gate is to confirm it",
        closed="门禁核实后结案  case closed, verified by the gate",
    ),
    METER: _Words(
        what="漏水 leak",
        then="，转维修，水表还在走  ; handed to the plumber, the tap still runs",
        closed="结案  case closed",
    ),
}


class Photo(_Told):
    sha256: str
    path: str
    masked: bool
    arrived: bool


class CaseList(_Told):
    cases: tuple[Case, ...]


class CaseView(_Told):
    case: Case
    photos: tuple[Photo, ...]


class Staff:
    """Works cases over HTTP. Every step starts from what the cloud says now, so a lost answer does no harm."""

    def __init__(self, url: str, password: str, terminal: Terminal) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT_S, trust_env=False)
        self._password = password
        self._terminal = terminal
        self._csrf = ""
        self._accepted_at: dict[str, float] = {}
        self._told: set[str] = set()

    async def play(self) -> dict[str, Case]:
        """Wait for the story's cases and work them; return them, by kind, when all are played.

        The caller bounds the time.
        """
        async with self._client:
            while True:
                played: dict[str, Case] = {}
                for case in await self._cases():
                    if await self._worked(case):
                        played[case.kind] = case
                if played.keys() >= STORY:
                    return played
                await asyncio.sleep(_LOOK_EVERY_S)

    async def _worked(self, case: Case) -> bool:
        """Do what is to be done with a case now; whether it is played."""
        if case.is_played:
            if not case.open:
                self._tell(f"✓ 案件 {case.number} {_WORDS[case.kind].closed}")
            return True
        with suppress(Busy, httpx.TransportError):  # the cloud is being started again, or the case has moved on
            await self._work(case)
        return False

    async def _work(self, case: Case) -> None:
        self._tell(f"! 案件 {case.number} 新案件  a case was opened: {_WORDS[case.kind].what}")
        if "accept" in case.actions:
            if case.kind == PARKING:
                await self._see_photo(case)
            await self._act(case, "accept")
            self._tell(f"  案件 {case.number} 已接单  accepted by {STAFF}{_WORDS[case.kind].then}")
        elif "report" in case.actions and self._has_been_there(case):
            await self._act(case, "report")
            del self._accepted_at[case.id]  # sent back, it takes as long again
            self._tell(f"  案件 {case.number} {_WORDS[case.kind].reported}")

    def _has_been_there(self, case: Case) -> bool:
        return time.monotonic() - self._accepted_at.setdefault(case.id, time.monotonic()) >= ON_THE_SPOT_S

    async def _see_photo(self, case: Case) -> None:
        """Fetch a photo as the case's page would show it.

        Raises:
            Busy: none has arrived yet.
        """
        view = CaseView.model_validate_json(await self._get(f"/api/cases/{case.id}"))
        photo = next((photo for photo in view.photos if photo.arrived), None)
        if photo is None:
            raise Busy("no photo yet")
        body = await self._get(photo.path)
        if not body.startswith(_JPEG) or hashlib.sha256(body).hexdigest() != photo.sha256 or not photo.masked:
            raise ValueError(f"photo {photo.sha256} is not the masked picture its name says")
        self._tell(f"  案件 {case.number} 照片 {len(body) // 1024} KiB，已脱敏  photo fetched, masked")

    async def _act(self, case: Case, action: Literal["accept", "report"]) -> None:
        body: dict[str, object] = {"action": action, "version": case.version, "note": "演示 demo"}
        await self._send("POST", f"/api/cases/{case.id}/actions", body)

    async def _cases(self) -> Sequence[Case]:
        """The newest cases, oldest first; none while the cloud cannot say."""
        try:
            answer = await self._get(f"/api/cases?show=all&limit={MAX_CASES}")
        except (Busy, httpx.TransportError):
            return ()
        return CaseList.model_validate_json(answer).cases[::-1]

    async def _get(self, path: str) -> bytes:
        return await self._send("GET", path, None)

    async def _send(self, method: str, path: str, body: dict[str, object] | None) -> bytes:
        if not self._csrf:
            await self._log_in()
        answer = await self._client.request(method, path, json=body, headers={"X-CSRF-Token": self._csrf})
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.SEE_OTHER}:
            self._csrf = ""
        if not answer.is_success:
            raise Busy(f"{method} {path}: {answer.status_code}")
        return answer.content

    async def _log_in(self) -> None:
        answer = await self._client.post("/api/login", json={"name": STAFF, "password": self._password})
        if not answer.is_success:
            raise Busy(f"login: {answer.status_code}")
        self._csrf = Session.model_validate_json(answer.content).csrf

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._terminal.say(text)
