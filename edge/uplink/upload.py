"""Evidence to the cloud: HTTP, a chunk at a time, going on where it broke off."""

import asyncio
import base64
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.evidence import (
    CHUNK_BYTES,
    GATEWAY_HEADER,
    LENGTH_HEADER,
    OFFSET_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    TYPE_HEADER,
    signed_request,
)
from edge.config import Uplink as Settings
from edge.errors import Transient, UplinkLost
from edge.uplink.connection import tls_context
from edge.uplink.pace import Pace
from edge.uplink.ports import EvidenceStore, Kept
from edge.values import Moment

LISTED: Final = 32  # files that are asked for at once
MAX_SET_ASIDE: Final = 1024  # refused files that are remembered
SET_ASIDE_S: Final = 3600.0
MAX_TURNS: Final = 8  # how often the cloud may correct the offset of one file before it is set aside

log = logging.getLogger(__name__)


class _NotThisOne(Exception):
    """The cloud refuses this file, and may take others."""


class Uploader:
    """Uploads what the store holds, oldest first. A file that the cloud refuses is tried again in an hour.

    Args:
        settings: `evidence_url` (`/evidence/{sha256}` is added) and the TLS files.
        key: the gateway's; every request is signed with it.

    Raises:
        Misconfigured: a TLS file cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        community: str,
        gateway: str,
        key: Ed25519PrivateKey,
        store: EvidenceStore,
        clock: Callable[[], Moment],
        pace: Pace = Pace(),  # noqa: B008 - frozen
    ) -> None:
        self._url = settings.evidence_url.rstrip("/")
        self._tls = tls_context(settings) if self._url.startswith("https://") else True
        self._speaker = f"{community}/{gateway}"
        self._key = key
        self._store = store
        self._clock = clock
        self._pace = pace
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._aside: dict[str, float] = {}

    def wake(self) -> None:
        """Something new waits in the store. Any thread may call it, also before `run` and after it."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is left to wake
                loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> None:
        """Upload for ever; raises only for a bug."""
        self._loop = asyncio.get_running_loop()
        attempt = 0
        async with httpx.AsyncClient(verify=self._tls, timeout=self._pace.timeout_s, trust_env=False) as http:
            while True:
                self._news.clear()
                try:
                    worked = await self._upload_listed(http)
                except Transient as error:
                    attempt += 1
                    if attempt == 1:
                        log.warning("evidence waits: %s; trying again until it goes", error)
                    await asyncio.sleep(self._pace.back_off(attempt))
                    continue
                attempt = 0
                if not worked:
                    await self._rest()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.poll_s):
                await self._news.wait()

    async def _upload_listed(self, http: httpx.AsyncClient) -> bool:
        """Upload what the store lists now; whether any of it was tried."""
        now_s = time.monotonic()
        self._aside = {sha256: until_s for sha256, until_s in self._aside.items() if until_s > now_s}
        listed = await asyncio.to_thread(self._store.pending, LISTED + len(self._aside))
        tried = [kept for kept in listed if kept.sha256 not in self._aside]
        for kept in tried:
            try:
                await self._upload(http, kept)
            except _NotThisOne as refusal:
                self._set_aside(kept.sha256, str(refusal))
        return bool(tried)

    def _set_aside(self, sha256: str, why: str) -> None:
        log.warning("evidence %s is refused: %s; once more in an hour", sha256, why)
        if len(self._aside) >= MAX_SET_ASIDE:
            self._aside.pop(next(iter(self._aside)))
        self._aside[sha256] = time.monotonic() + SET_ASIDE_S

    async def _upload(self, http: httpx.AsyncClient, kept: Kept) -> None:
        offset = await self._offset(http, kept)
        if offset is not None:
            data = await asyncio.to_thread(self._store.read, kept.sha256)
            if data is None:
                log.error("evidence %s cannot be read any more and is given up", kept.sha256)
                await asyncio.to_thread(self._store.forget, kept.sha256)
                return
            await self._send(http, kept, data, offset)
        await asyncio.to_thread(self._store.uploaded, kept.sha256)

    async def _offset(self, http: httpx.AsyncClient, kept: Kept) -> int | None:
        """Where to go on; None when the cloud has it all."""
        response = await self._ask(http, "HEAD", kept, offset=0, length=0, body=b"")
        if response.status_code == httpx.codes.OK:
            return None
        if response.status_code == httpx.codes.NOT_FOUND:
            return _offset_of(response, kept.size) if OFFSET_HEADER in response.headers else 0
        raise _fault(response)

    async def _send(self, http: httpx.AsyncClient, kept: Kept, data: bytes, offset: int) -> None:
        turns = 0
        while True:
            chunk = data[offset : offset + CHUNK_BYTES]
            response = await self._ask(http, "PATCH", kept, offset=offset, length=len(data), body=chunk)
            if response.status_code == httpx.codes.CREATED:
                return
            if response.status_code not in {httpx.codes.NO_CONTENT, httpx.codes.CONFLICT}:
                raise _fault(response)
            reached = _offset_of(response, len(data))
            turns += reached <= offset or response.status_code == httpx.codes.CONFLICT
            if turns > MAX_TURNS:
                raise _NotThisOne(f"the offset was corrected {turns} times")
            offset = reached

    async def _ask(
        self, http: httpx.AsyncClient, method: str, kept: Kept, *, offset: int, length: int, body: bytes
    ) -> httpx.Response:
        time_s = int(self._clock().seen_at.timestamp())
        signed = signed_request(
            method=method, sha256=kept.sha256, offset=offset, length=length, time_s=time_s, body=body
        )
        headers = {
            GATEWAY_HEADER: self._speaker,
            TIME_HEADER: str(time_s),
            SIGNATURE_HEADER: base64.b64encode(self._key.sign(signed)).decode(),
            OFFSET_HEADER: str(offset),
            LENGTH_HEADER: str(length),
            TYPE_HEADER: kept.media_type,
        }
        try:
            return await http.request(method, f"{self._url}/evidence/{kept.sha256}", headers=headers, content=body)
        except httpx.HTTPError as error:
            raise UplinkLost(f"{self._url}: {type(error).__name__} {error}".rstrip()) from None


def _offset_of(response: httpx.Response, size: int) -> int:
    text = response.headers.get(OFFSET_HEADER, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and int(text) <= size):
        raise UplinkLost(f"{OFFSET_HEADER}: {text[:40]!r} in answer {response.status_code} is no offset of this file")
    return int(text)


def _fault(response: httpx.Response) -> Exception:
    """A refusal of this file, or of everything for now."""
    code = response.status_code
    if code in {httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.BAD_REQUEST}:
        return _NotThisOne(f"answer {code}")
    return UplinkLost(f"the cloud answers {code}")
