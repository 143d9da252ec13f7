"""`GET /api/gateway/permits`: a community's list for its gateways, as `contract.permits` has it."""

import asyncio
import base64
import binascii
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fastapi import APIRouter, Request, Response

from cloud.errors import Transient
from cloud.permits.service import PermitService
from cloud.problems import Told, answer
from contract.evidence import GATEWAY_HEADER, SIGNATURE_HEADER, SIGNED_FOR_S, TIME_HEADER
from contract.identifiers import is_slug
from contract.permits import PATH, PermitList, etag, signed_permits_request
from contract.signatures import key_id, sign

RETRY_S: Final = 10
UNSIGNED: Final = "AAAA"  # holds the place of the signature until it is made
NO_LIST: Final = Told("这个小区没有名单", "no list is kept here")


class Keys(Protocol):
    """Knows the gateways' keys."""

    async def key(self, community: str, gateway: str) -> Ed25519PublicKey | None:
        """The key a gateway signs with; None: nothing of it is believed."""


class Endpoints:
    """The one door for gateways.

    Args:
        signer: gives the cloud's key when first asked.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        service: PermitService,
        keys: Keys,
        signer: Callable[[], Ed25519PrivateKey],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._keys = keys
        self._signer = signer
        self._clock = clock

    def routes(self) -> APIRouter:
        """The router to include in the app."""
        router = APIRouter(tags=["gateway"])
        router.add_api_route(
            PATH,
            self.get,
            methods=["GET"],
            summary="车牌许可名单 The list of permits",
            responses={
                200: {"description": "签名名单 The signed list", "model": PermitList},
                304: {"description": "未变 Unchanged"},
            },
            openapi_extra={"x-problems": ["not-found"]},
        )
        return router

    async def get(self, request: Request) -> Response:
        """The list of the gateway's own community, unless it has it already."""
        try:
            community = await self._let_in(request)
            if community is None:
                return answer("not-signed", PATH)
            return await self._answer(community, request.headers.get("If-None-Match", ""))
        except Transient:
            return answer("unavailable", PATH, headers={"Retry-After": str(RETRY_S)})

    async def _answer(self, community: str, known: str) -> Response:
        version = await self._service.version(community)
        if version is None:
            return answer("not-found", PATH, why=NO_LIST)
        if known == etag(version):
            return Response(status_code=304, headers={"ETag": known})
        found = await self._service.document(community)
        if found is None:
            return answer("not-found", PATH, why=NO_LIST)
        version, entries = found
        key = self._signer()
        listed = PermitList(
            community=community,
            version=version,
            issued_at=datetime.fromtimestamp(self._clock(), UTC),
            entries=tuple(entries),
            keyid=key_id(key.public_key()),
            sig=UNSIGNED,
        )
        body = await asyncio.to_thread(lambda: sign(listed.model_dump(mode="json"), key))
        return Response(body, media_type="application/json", headers={"ETag": etag(version)})

    async def _let_in(self, request: Request) -> str | None:
        """The community of the gateway that signed; None: nobody that is known here did."""
        community, _, gateway = request.headers.get(GATEWAY_HEADER, "").partition("/")
        said = request.headers.get(TIME_HEADER, "")
        if not (is_slug(community) and is_slug(gateway)) or re.fullmatch(r"[0-9]{1,12}", said) is None:
            return None
        if abs(self._clock() - int(said)) > SIGNED_FOR_S:
            return None
        key = await self._keys.key(community, gateway)
        if key is None:
            return None
        try:
            signature = base64.b64decode(request.headers.get(SIGNATURE_HEADER, ""), validate=True)
            key.verify(signature, signed_permits_request(community=community, gateway=gateway, time_s=int(said)))
        except (binascii.Error, ValueError, InvalidSignature):
            return None
        return community
