"""The community's lists from the cloud: asked for now and then, believed only when the cloud's key signed them."""

import asyncio
import base64
import logging
from collections.abc import Callable
from typing import Final, Protocol

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.errors import BadSignature, ContractError, Malformed, Oversized
from contract.evidence import GATEWAY_HEADER, SIGNATURE_HEADER, TIME_HEADER
from contract.permits import MAX_LIST_BYTES, PATH, PermitList, etag, parse_permits, signed_permits_request
from contract.signatures import key_id, public_key, verify
from edge.config import Uplink as Settings
from edge.errors import DiskFull, Misconfigured, Transient, UplinkLost
from edge.uplink.connection import tls_context
from edge.uplink.pace import Pace, jittered
from edge.values import Moment

ASK_EVERY_S: Final = 600.0
PLAIN: Final = {"Accept-Encoding": "identity"}  # what is packed small may unfold to any size at once

log = logging.getLogger(__name__)


class PermitStore(Protocol):
    """Where lists are kept. `take` blocks; it is called on another thread."""

    def kept_version(self, signer: str) -> int:
        """The version of the list kept that the key of that id signed; 0 where there is none."""
        ...

    def take(self, received: PermitList) -> None:
        """Put a list in force and keep it; raise `DiskFull` or `Misconfigured` where it is in force but not kept."""
        ...


class PermitClient:
    """Asks the cloud for its list every ten minutes. What is refused leaves the list kept as it is; told once.

    Args:
        settings: `evidence_url` (`contract.permits.PATH` is added), the cloud's key and the TLS files.
        key: the gateway's; every request is signed with it.
        ask_every_s: seconds between two requests, jittered by a quarter.
    Raises:
        Misconfigured: a TLS file or the cloud's key cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        community: str,
        gateway: str,
        key: Ed25519PrivateKey,
        store: PermitStore,
        clock: Callable[[], Moment],
        pace: Pace = Pace(),  # noqa: B008 - frozen
        ask_every_s: float = ASK_EVERY_S,
    ) -> None:
        self._base = settings.evidence_url.rstrip("/")
        self._tls = tls_context(settings) if self._base.startswith("https://") else True
        try:
            self._cloud_key = public_key(settings.cloud_key)
        except ValueError as error:
            raise Misconfigured(f"uplink.cloud_key: {error}") from None
        self._signer = key_id(self._cloud_key)
        self._community, self._gateway = community, gateway
        self._key = key
        self._store = store
        self._clock = clock
        self._pace = pace
        self._ask_every_s = ask_every_s
        self._told = ""

    async def run(self) -> None:
        """Ask for ever; raises only for a bug."""
        async with httpx.AsyncClient(verify=self._tls, timeout=self._pace.timeout_s, trust_env=False) as http:
            while True:
                try:
                    await self.ask(http)
                except (Transient, ContractError, Misconfigured) as error:
                    self._say(type(error).__name__, error)
                else:
                    self._say("", None)
                await asyncio.sleep(jittered(self._ask_every_s))

    async def ask(self, http: httpx.AsyncClient) -> bool:
        """Ask once; whether a newer list came.

        Raises:
            UplinkLost: the cloud cannot be reached, keeps no list or does not let us in.
            ContractError: what came is no list of this community signed with the cloud's key, or older than the kept.
            DiskFull, Misconfigured: the list is in force but could not be kept.
        """
        kept = self._store.kept_version(self._signer)
        body = await self._fetch(http, kept)
        if body is None:
            return False
        received = await asyncio.to_thread(self._believed, body)  # a second's work for 20,000 permits
        if received.version < kept:
            raise Malformed(f"version: {received.version} is older than {kept}, which is kept")
        if received.version == kept:
            return False
        await asyncio.to_thread(self._store.take, received)
        log.info("permits: list %d of the cloud is in force, %d permits", received.version, len(received.entries))
        return True

    async def _fetch(self, http: httpx.AsyncClient, kept: int) -> bytes | None:
        """The answer's body, None where nothing is new; read no further than a list may be long."""
        headers = {**self._signed(), **PLAIN, **({"If-None-Match": etag(kept)} if kept else {})}
        try:
            async with http.stream("GET", self._base + PATH, headers=headers) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return None
                if response.status_code != httpx.codes.OK:
                    raise UplinkLost(f"{self._base}: the cloud answers {response.status_code}")
                return await _body(response)
        except httpx.HTTPError as error:
            raise UplinkLost(f"{self._base}: {type(error).__name__} {error}".rstrip()) from None

    def _signed(self) -> dict[str, str]:
        time_s = int(self._clock().seen_at.timestamp())
        signed = signed_permits_request(community=self._community, gateway=self._gateway, time_s=time_s)
        return {
            GATEWAY_HEADER: f"{self._community}/{self._gateway}",
            TIME_HEADER: str(time_s),
            SIGNATURE_HEADER: base64.b64encode(self._key.sign(signed)).decode(),
        }

    def _believed(self, body: bytes) -> PermitList:
        verify(body, self._cloud_key)
        received = parse_permits(body)
        if received.keyid != self._signer:
            raise BadSignature("keyid: not the cloud's key")
        if received.community != self._community:
            raise Malformed("community: the list is another community's")
        return received

    def _say(self, kind: str, error: Exception | None) -> None:
        """Tell of a change between good and bad, and between two ways of bad; of nothing else."""
        if kind == self._told:
            return
        self._told = kind
        if error is None:
            log.info("permits: the cloud's list comes again")
        elif isinstance(error, DiskFull | Misconfigured):
            log.warning("permits: the cloud's list is in force but not kept: %s", error)
        else:
            log.warning("permits: no new list from the cloud, the kept one stays in force: %s", error)


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_LIST_BYTES:
            raise Oversized(f"a list of permits has at most {MAX_LIST_BYTES} bytes")
    return bytes(body)
