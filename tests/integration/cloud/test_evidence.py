"""Evidence over HTTP into a real folder and a real database: whole, by pieces, broken off, wrong, too much."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.service import CHANNEL
from cloud.config import Limits
from cloud.db import listen
from cloud.errors import StoreLost
from cloud.evidence.endpoints import Endpoints
from cloud.evidence.files import Files
from cloud.evidence.service import KEPT_UNFINISHED, MAX_PIECES, EvidenceService
from contract.evidence import CHUNK_BYTES, MAX_FILE_BYTES, SIGNED_FOR_S, signed_request
from contract.sealing import MAX_SEALED, SEALED, open_sealed, seal
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender

NOW = 1_800_000_000
SMALL = b"\xff\xd8 a picture \xff\xd9"
LARGE = bytes(range(256)) * 2500  # 2.4 pieces


class Uploads:
    """A gateway's side of the interface."""

    def __init__(self, http: httpx.AsyncClient, sender: Sender) -> None:
        self.http = http
        self.sender = sender

    async def ask(
        self, method: str, name: str, *, body: bytes = b"", offset: int = 0, length: int = 0, **bend: Any
    ) -> httpx.Response:
        time_s = bend.pop("time_s", NOW)
        signed = signed_request(method=method, sha256=name, offset=offset, length=length, time_s=time_s, body=body)
        key = bend.pop("key", self.sender.key)
        headers = {
            "Linli-Gateway": f"{self.sender.community}/{self.sender.gateway}",
            "Linli-Time": str(time_s),
            "Linli-Signature": base64.b64encode(key.sign(signed)).decode(),
            "Upload-Offset": str(offset),
            "Upload-Length": str(length),
            "Linli-Media-Type": "image/jpeg",
        }
        return await self.http.request(method, f"/evidence/{name}", content=body, headers=headers | bend)

    async def head(self, file: bytes, **bend: Any) -> tuple[int, int]:
        answer = await self.ask("HEAD", sha(file), **bend)
        return answer.status_code, int(answer.headers.get("Upload-Offset", -1))

    async def piece(self, file: bytes, offset: int, size: int = CHUNK_BYTES, **bend: Any) -> httpx.Response:
        body = file[offset : offset + size]
        return await self.ask("PATCH", bend.pop("name", sha(file)), body=body, offset=offset, length=len(file), **bend)

    async def all(self, file: bytes) -> int:
        status = 0
        for offset in range(0, len(file), CHUNK_BYTES):
            status = (await self.piece(file, offset)).status_code
        return status


def sha(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


@pytest.fixture
def service(ground: Ground, tmp_path: Path) -> EvidenceService:
    return EvidenceService(
        ground.engine,
        Files(f"file://{tmp_path}/evidence"),
        limits=Limits(evidence_daily_bytes=64 * 1024**2, evidence_partial_bytes=64 * 1024**2),
        clock=ground.clock,
        completed=ground.cases.photo_arrived,
    )


@pytest.fixture
async def uploads(ground: Ground, sender: Sender, service: EvidenceService) -> AsyncIterator[Uploads]:
    app = FastAPI()
    app.include_router(Endpoints(service, ground.devices, clock=lambda: NOW).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://cloud") as http:
        yield Uploads(http, sender)


def kept(tmp_path: Path) -> list[str]:
    """What lies in the store."""
    folder = tmp_path / "evidence"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("file", [b"x", SMALL, bytes(CHUNK_BYTES), LARGE], ids=["a byte", "small", "a piece", "large"])
async def test_a_file_goes_up_and_is_read_back(
    uploads: Uploads, service: EvidenceService, tmp_path: Path, file: bytes
) -> None:
    assert await uploads.head(file) == (404, 0)
    assert await service.read(sha(file)) is None
    assert await uploads.all(file) == 201
    assert await uploads.head(file) == (200, len(file))
    assert await service.read(sha(file)) == file
    assert kept(tmp_path) == [f"sha256/{sha(file)[:2]}/{sha(file)}"], "no piece is left over"


async def test_an_upload_goes_on_where_it_broke_off(uploads: Uploads, service: EvidenceService) -> None:
    assert (await uploads.piece(LARGE, 0)).status_code == 204
    assert await uploads.head(LARGE) == (404, CHUNK_BYTES)
    again = await uploads.piece(LARGE, 0)
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, str(CHUNK_BYTES))
    assert (await uploads.piece(LARGE, 2 * CHUNK_BYTES)).status_code == 409
    assert (await uploads.piece(LARGE, CHUNK_BYTES)).status_code == 204
    assert (await uploads.piece(LARGE, 2 * CHUNK_BYTES)).status_code == 201
    assert await service.read(sha(LARGE)) == LARGE


async def test_a_file_that_is_there_already_is_taken_as_complete(uploads: Uploads) -> None:
    await uploads.all(SMALL)
    assert (await uploads.piece(SMALL, 0)).status_code == 201


@pytest.mark.parametrize("file", [SMALL, LARGE], ids=["at once", "by pieces"])
async def test_a_file_under_another_files_name_is_dropped(
    uploads: Uploads, service: EvidenceService, tmp_path: Path, file: bytes
) -> None:
    name = sha(b"another")
    answers = [
        (await uploads.piece(file, offset, name=name)).status_code for offset in range(0, len(file), CHUNK_BYTES)
    ]
    assert answers[-1] == 422
    assert await service.read(name) is None
    assert kept(tmp_path) == []
    assert (await uploads.ask("HEAD", name)).headers["Upload-Offset"] == "0", "it may begin again"


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("signed by another", {"key": Ed25519PrivateKey.generate()}, 401),
    ("a signature that is none", {"Linli-Signature": "AAAA"}, 401),
    ("a signature that is not base64", {"Linli-Signature": "%%%"}, 401),
    ("unknown gateway", {"Linli-Gateway": "demo/gw-9"}, 401),
    ("no gateway", {"Linli-Gateway": "../../etc"}, 401),
    ("a day ago", {"time_s": NOW - SIGNED_FOR_S - 1}, 401),
    ("tomorrow", {"time_s": NOW + SIGNED_FOR_S + 1}, 401),
    ("no time", {"Linli-Time": "now"}, 400),
    ("another offset than signed", {"Upload-Offset": "1"}, 401),
    ("an offset below 0", {"Upload-Offset": "-1"}, 400),
    ("a program", {"Linli-Media-Type": "text/html"}, 400),
]


@pytest.mark.parametrize(("bend", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_is_not_as_it_should_be_is_refused(
    uploads: Uploads, tmp_path: Path, bend: dict[str, Any], status: int
) -> None:
    assert (await uploads.piece(SMALL, 0, **bend)).status_code == status
    assert kept(tmp_path) == []


@pytest.mark.parametrize(("name", "read"), [("demo/gw-1", True), ("demo/gw-9", False)])
async def test_of_a_stranger_no_body_is_read(uploads: Uploads, name: str, read: bool) -> None:
    taken = []

    async def body() -> AsyncIterator[bytes]:
        taken.append(True)
        yield SMALL

    headers = {"Linli-Gateway": name, "Linli-Time": str(NOW), "Linli-Signature": "AAAA"}
    headers |= {"Upload-Offset": "0", "Upload-Length": str(len(SMALL))}
    answer = await uploads.http.patch(f"/evidence/{sha(SMALL)}", content=body(), headers=headers)
    assert (answer.status_code, bool(taken)) == (401, read)


async def test_a_revoked_gateway_is_refused(uploads: Uploads, ground: Ground) -> None:
    await ground.devices.revoke("demo", "gw-1")
    assert (await uploads.piece(SMALL, 0)).status_code == 401
    assert (await uploads.head(SMALL))[0] == 401


def typed(media_type: str) -> dict[str, Any]:
    return {"Linli-Media-Type": media_type}


SEALING = X25519PrivateKey.from_private_bytes(bytes(range(32)))


async def test_a_sealed_original_goes_up_as_what_it_is(uploads: Uploads, service: EvidenceService) -> None:
    sealed = seal(SMALL, SEALING.public_key().public_bytes_raw(), b"demo/gw-1")
    assert (await uploads.piece(sealed, 0, **typed(SEALED))).status_code == 201
    assert await service.read(sha(sealed)) == sealed
    assert open_sealed(sealed, SEALING, b"demo/gw-1") == SMALL


MISTAKEN = [
    ("a clear picture as a sealed one", SMALL, SEALED),
    ("a sealed one as a picture", seal(SMALL, SEALING.public_key().public_bytes_raw(), b"demo"), "image/jpeg"),
]


@pytest.mark.parametrize(("file", "media_type"), [row[1:] for row in MISTAKEN], ids=[row[0] for row in MISTAKEN])
async def test_clear_and_sealed_are_not_mistaken_for_each_other(
    uploads: Uploads, service: EvidenceService, tmp_path: Path, file: bytes, media_type: str
) -> None:
    answer = await uploads.piece(file, 0, **typed(media_type))
    assert (answer.status_code, "sealed" in answer.text) == (422, True)
    assert await service.read(sha(file)) is None
    assert kept(tmp_path) == []


async def test_a_sealed_original_is_no_longer_than_one_can_be(uploads: Uploads) -> None:
    one, sealed = b"x" * CHUNK_BYTES, typed(SEALED)
    assert (await uploads.ask("PATCH", sha(one), body=one, length=MAX_SEALED + 1, **sealed)).status_code == 413
    assert (await uploads.ask("PATCH", sha(one), body=one, length=MAX_SEALED, **sealed)).status_code == 204


async def test_sizes_at_their_limits(uploads: Uploads) -> None:
    assert (await uploads.piece(bytes(CHUNK_BYTES + 1), 0, CHUNK_BYTES + 1)).status_code == 413
    one = b"x" * CHUNK_BYTES
    assert (await uploads.ask("PATCH", sha(one), body=one, length=MAX_FILE_BYTES + 1)).status_code == 413
    assert (await uploads.ask("PATCH", sha(one), body=one, length=MAX_FILE_BYTES)).status_code == 204
    assert (await uploads.ask("PATCH", sha(b"z"), body=b"", length=1)).status_code == 400
    assert (await uploads.ask("PATCH", sha(b"z"), body=b"zz", length=1)).status_code == 400
    assert (await uploads.ask("PATCH", "..%2f..%2fetc", body=b"z", length=1)).status_code == 404
    assert (await uploads.ask("PATCH", "A" * 64, body=b"z", length=1)).status_code == 422


async def test_a_file_keeps_the_length_it_was_announced_with(uploads: Uploads) -> None:
    await uploads.piece(LARGE, 0)
    body = LARGE[CHUNK_BYTES : CHUNK_BYTES + 9]
    answer = await uploads.ask("PATCH", sha(LARGE), body=body, offset=CHUNK_BYTES, length=len(LARGE) + 1)
    assert answer.status_code == 422


async def test_pieces_may_be_small_and_not_tiny(uploads: Uploads, ground: Ground) -> None:
    await uploads.piece(LARGE, 0, 1)
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql("update uploads set pieces = %s", (MAX_PIECES,))
    assert (await uploads.piece(LARGE, 1, 1)).status_code == 413


async def test_a_gateway_has_a_budget_of_what_is_begun(uploads: Uploads, ground: Ground, tmp_path: Path) -> None:
    one, other = b"1" * CHUNK_BYTES, b"2" * CHUNK_BYTES
    assert (await uploads.ask("PATCH", sha(one), body=one, length=MAX_FILE_BYTES)).status_code == 204
    refused = await uploads.ask("PATCH", sha(other), body=other, length=CHUNK_BYTES + 1)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    ground.clock.move(KEPT_UNFINISHED.total_seconds() + 1)
    assert (await uploads.ask("PATCH", sha(other), body=other, length=CHUNK_BYTES + 1)).status_code == 204
    assert len(kept(tmp_path)) == 1, "what nobody went on with is cleared away"


async def test_a_gateway_has_a_budget_of_a_day(uploads: Uploads, ground: Ground) -> None:
    await uploads.all(SMALL)
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql("update evidence set size = %s", (64 * 1024**2,))
    assert (await uploads.piece(b"another", 0)).status_code == 429
    ground.clock.move(24 * 3600 + 1)
    assert (await uploads.piece(b"another", 0)).status_code == 201


async def test_one_gateways_half_file_is_not_anothers(uploads: Uploads, ground: Ground) -> None:
    rival = Sender(gateway="gw-2")
    await ground.devices.register("demo", "gw-2", rival.public)
    spoiler = Uploads(uploads.http, rival)
    await spoiler.ask("PATCH", sha(LARGE), body=b"spoilt" * 9, length=len(LARGE))
    assert await uploads.all(LARGE) == 201


async def test_the_same_piece_twice_at_once(uploads: Uploads, service: EvidenceService) -> None:
    answers = await asyncio.gather(*(uploads.piece(LARGE, 0) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409, 409, 409]
    answers = await asyncio.gather(*(uploads.piece(SMALL, 0) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}


async def test_a_full_store_is_told_and_nothing_is_noted(
    uploads: Uploads, service: EvidenceService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: str, __: bytes) -> None:
        raise StoreLost("no space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(service._files, "put", full)
        refused = await uploads.piece(SMALL, 0)
        assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
        assert "space" not in refused.text
    assert await uploads.head(SMALL) == (404, 0)
    assert (await uploads.piece(SMALL, 0)).status_code == 201


async def test_killed_between_storing_a_piece_and_noting_it(
    uploads: Uploads, service: EvidenceService, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as power:
        power.setattr("cloud.evidence.repository.keep", _die)
        with pytest.raises(ZeroDivisionError):
            await uploads.piece(LARGE, 0)
    assert await uploads.all(LARGE) == 201
    assert await service.read(sha(LARGE)) == LARGE


async def test_a_file_whose_pieces_the_store_has_lost_starts_anew(
    uploads: Uploads, service: EvidenceService, tmp_path: Path
) -> None:
    await uploads.piece(LARGE, 0)
    await uploads.piece(LARGE, CHUNK_BYTES)
    (tmp_path / "evidence" / kept(tmp_path)[0]).unlink()
    answer = await uploads.piece(LARGE, 2 * CHUNK_BYTES)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "0"), "422 would have the gateway drop it"
    assert kept(tmp_path) == []
    assert await uploads.all(LARGE) == 201
    assert await service.read(sha(LARGE)) == LARGE


async def _die(_: AsyncConnection, *__: Any, **___: Any) -> None:
    raise ZeroDivisionError


async def test_a_photo_that_arrives_is_told_to_whoever_watches_its_case(
    uploads: Uploads, ground: Ground, sender: Sender
) -> None:
    picture = {
        "sha256": sha(SMALL),
        "media_type": "image/jpeg",
        "size": len(SMALL),
        "kind": "due",
        "taken_at": "2026-11-21T02:00:00Z",
        "masked": True,
    }
    await ground.tell(sender.opened(evidence=[picture]))
    case = await ground.case()
    changes = listen(ground.dsn, CHANNEL)
    assert await anext(changes) == ""
    await uploads.all(SMALL)
    assert await asyncio.wait_for(anext(changes), 5) == case.id
    await changes.aclose()
    view = await ground.cases.get(case.id)
    assert view is not None
    assert [photo.arrived for photo in view.photos] == [True]
