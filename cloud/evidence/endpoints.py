"""`contract.evidence` over HTTP."""

import base64
import binascii
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Protocol, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import APIRouter, Path, Request, Response

from cloud.errors import Transient
from cloud.evidence.repository import Owner
from cloud.evidence.service import EvidenceService, Piece, Refused
from cloud.problems import BY_STATUS, PROBLEMS, Told, answer
from contract.envelope import Evidence
from contract.evidence import (
    CHUNK_BYTES,
    GATEWAY_HEADER,
    LENGTH_HEADER,
    OFFSET_HEADER,
    SIGNATURE_HEADER,
    SIGNED_FOR_S,
    TIME_HEADER,
    TYPE_HEADER,
    signed_request,
)
from contract.identifiers import is_slug

RETRY_S: Final = 10
NOT_SIGNED: Final = "not signed by a gateway that is known here"
MEDIA_TYPES: Final[tuple[str, ...]] = get_args(Evidence.model_fields["media_type"].annotation)

_PROBLEMS: Final = {401: "not-signed", 409: "offset"}

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class Keys(Protocol):
    """Knows the gateways' keys."""

    async def key(self, community: str, gateway: str) -> Ed25519PublicKey | None:
        """The key a gateway signs with; None: nothing of it is believed."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a request claims; true once its signature has been checked."""

    owner: Owner
    time_s: int
    signature: bytes
    offset: int
    length: int


class Endpoints:
    """`/evidence/{sha256}`.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, service: EvidenceService, keys: Keys, *, clock: Callable[[], float] = time.time) -> None:
        self._service = service
        self._keys = keys
        self._clock = clock

    def routes(self) -> APIRouter:
        """The router to include in the app."""
        router = APIRouter(tags=["evidence"])
        router.add_api_route("/evidence/{sha256}", self.head, methods=["HEAD"])
        router.add_api_route("/evidence/{sha256}", self.patch, methods=["PATCH"])
        return router

    async def head(self, sha256: Sha256, request: Request) -> Response:
        """How much of the file is there."""
        try:
            signed, key = await self._claimed(request)
            _check(key, signed, request.method, sha256, b"")
            progress = await self._service.progress(signed.owner, sha256)
        except (Refused, Transient) as error:
            return _refusal(error)
        return Response(status_code=200 if progress.complete else 404, headers={OFFSET_HEADER: str(progress.offset)})

    async def patch(self, sha256: Sha256, request: Request) -> Response:
        """Take a piece of the file."""
        try:
            signed, key = await self._claimed(request)
            body = await _body(request)  # only now: whoever is not known here sends none
            _check(key, signed, request.method, sha256, body)
            media_type = request.headers.get(TYPE_HEADER, "")
            if media_type not in MEDIA_TYPES:
                raise Refused(400, f"{TYPE_HEADER}: one of {', '.join(MEDIA_TYPES)}")
            piece = Piece(signed.owner, sha256, signed.offset, signed.length, media_type, body)
            progress = await self._service.receive(piece)
        except (Refused, Transient) as error:
            return _refusal(error)
        return Response(status_code=201 if progress.complete else 204, headers={OFFSET_HEADER: str(progress.offset)})

    async def _claimed(self, request: Request) -> tuple[_Signed, Ed25519PublicKey]:
        """What a request claims, and the key that its signature must be by."""
        claim = _claim(request)
        if abs(self._clock() - claim.time_s) > SIGNED_FOR_S:
            raise Refused(401, f"{TIME_HEADER}: more than {SIGNED_FOR_S} s from this clock")
        key = await self._keys.key(claim.owner.community, claim.owner.gateway)
        if key is None:
            raise Refused(401, NOT_SIGNED)
        return claim, key


def _claim(request: Request) -> _Signed:
    community, _, gateway = request.headers.get(GATEWAY_HEADER, "").partition("/")
    if not (is_slug(community) and is_slug(gateway)):
        raise Refused(401, f"{GATEWAY_HEADER}: community/gateway")
    try:
        signature = base64.b64decode(request.headers.get(SIGNATURE_HEADER, ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(401, f"{SIGNATURE_HEADER}: base64") from None
    moves = request.method == "PATCH"
    return _Signed(
        owner=Owner(community, gateway),
        time_s=_number(request, TIME_HEADER),
        signature=signature,
        offset=_number(request, OFFSET_HEADER) if moves else 0,
        length=_number(request, LENGTH_HEADER) if moves else 0,
    )


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if re.fullmatch(r"[0-9]{1,12}", text) is None:
        raise Refused(400, f"{header}: a whole number")
    return int(text)


def _check(key: Ed25519PublicKey, claim: _Signed, method: str, sha256: str, body: bytes) -> None:
    said = signed_request(
        method=method, sha256=sha256, offset=claim.offset, length=claim.length, time_s=claim.time_s, body=body
    )
    try:
        key.verify(claim.signature, said)
    except InvalidSignature:
        raise Refused(401, NOT_SIGNED) from None


async def _body(request: Request) -> bytes:
    """The request's body, and no byte more than a piece may have."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > CHUNK_BYTES:
            raise Refused(413, f"a piece has at most {CHUNK_BYTES} bytes")
    return bytes(body)


def _refusal(error: Refused | Transient) -> Response:
    if isinstance(error, Transient):
        return answer("unavailable", "/evidence", headers={"Retry-After": str(RETRY_S)})
    headers = {} if error.offset is None else {OFFSET_HEADER: str(error.offset)}
    if error.status == 429:
        headers["Retry-After"] = "600"
    name = _PROBLEMS.get(error.status, BY_STATUS[error.status])
    return answer(name, "/evidence", why=Told(PROBLEMS[name].title.zh, str(error)), headers=headers)
