"""A member of staff, acted: works the first case through the same HTTP interface that programs use."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from typing import Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict

from deploy.onebox.cloud import STAFF
from deploy.onebox.telling import Terminal

ON_THE_SPOT_S: Final = 10.0  # from accepting to reporting: the driver needs some seconds, the camera some more
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
    number: str
    version: int
    stage: str
    verification: str
    open: bool
    simulated: bool
    actions: tuple[str, ...]


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
        self._accepted_at: float | None = None
        self._told: set[str] = set()

    async def close_first_case(self) -> Case:
        """Wait for a case, work it, and return it when it is closed; the caller bounds the time."""
        async with self._client:
            while True:
                try:
                    case = await self._newest()
                    if case is not None and not case.open:
                        self._tell(f"✓ 案件 {case.number} 摄像机核实后结案  case closed, verified by the camera")
                        return case
                    if case is not None:
                        await self._work(case)
                except (Busy, httpx.TransportError):
                    pass  # the cloud is being started again, or the case has moved on
                await asyncio.sleep(_LOOK_EVERY_S)

    async def _work(self, case: Case) -> None:
        self._tell(f"! 案件 {case.number} 新案件  a case was opened")
        if "accept" in case.actions:
            await self._see_photo(case)
            await self._act(case, "accept")
            self._tell(f"  案件 {case.number} 已接单  accepted by {STAFF}")
        elif "report" in case.actions and self._has_been_there():
            await self._act(case, "report")
            self._accepted_at = None  # sent back, it takes as long again
            self._tell(f"  案件 {case.number} 上报处理完毕，请摄像机复核  reported handled; the camera is asked")

    def _has_been_there(self) -> bool:
        if self._accepted_at is None:
            self._accepted_at = time.monotonic()
        return time.monotonic() - self._accepted_at >= ON_THE_SPOT_S

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

    async def _newest(self) -> Case | None:
        listed: Sequence[Case] = CaseList.model_validate_json(await self._get("/api/cases?limit=1")).cases
        return listed[0] if listed else None

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
