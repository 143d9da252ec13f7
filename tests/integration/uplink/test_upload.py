"""Evidence arrives whole, goes on where it broke off, and one bad file does not hold up the others."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Final

import pytest
from starlette.responses import Response

from contract.evidence import CHUNK_BYTES, OFFSET_HEADER
from edge.uplink import Uploader
from edge.uplink.upload import MAX_SET_ASIDE, MAX_TURNS
from tests.integration.uplink.fake_evidence import FakeEvidence
from tests.integration.uplink.harness import HURRIED, now, running, settings, until
from tests.integration.uplink.proxy import Proxy
from tests.unit.outbox.makers import IDENTITY, KEY

SMALL: Final = b"a small picture"
BIG: Final = bytes(range(256)) * (3 * CHUNK_BYTES // 256) + b"tail"


@dataclass(frozen=True)
class File:
    sha256: str
    media_type: str
    size: int


def name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Store:
    """What waits, in memory. `read` of a name in `broken` gives None."""

    files: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def put(self, data: bytes) -> str:
        self.files[name(data)] = data
        return name(data)

    def pending(self, limit: int = 100) -> list[File]:
        return [File(sha256, "image/jpeg", len(data)) for sha256, data in self.files.items()][:limit]

    def read(self, sha256: str) -> bytes | None:
        return None if sha256 in self.broken else self.files[sha256]

    def uploaded(self, sha256: str) -> None:
        self.done.append(sha256)
        del self.files[sha256]

    def forget(self, sha256: str) -> None:
        self.forgotten.append(sha256)
        del self.files[sha256]


def uploader(url: str, store: Store) -> Uploader:
    return Uploader(
        settings(evidence_url=url),
        community=IDENTITY.community,
        gateway=IDENTITY.gateway,
        key=KEY,
        store=store,
        clock=now,
        pace=HURRIED,
    )


async def test_files_of_all_sizes_arrive_whole_and_with_their_type() -> None:
    store = Store()
    data = [b"1", SMALL, BIG[:CHUNK_BYTES], BIG[: CHUNK_BYTES + 1], BIG]
    names = [store.put(piece) for piece in data]
    async with FakeEvidence().running() as cloud, running(uploader(cloud.url, store)):
        await until(lambda: store.done == names)
        assert [cloud.parts[sha256] for sha256 in names] == data
        assert cloud.types == {"image/jpeg"}


async def test_what_the_cloud_has_already_is_not_sent() -> None:
    store = Store()
    sha256 = store.put(BIG)
    cloud = FakeEvidence(complete={sha256})
    async with cloud.running(), running(uploader(cloud.url, store)):
        await until(lambda: store.done == [sha256])
        assert [method for method, _, _ in cloud.requests] == ["HEAD"]


BREAKS: list[tuple[str, list[Response | None]]] = [
    ("the cloud crashes at once", [None]),
    ("the cloud crashes at a chunk", [Response(status_code=404), None]),
    ("the cloud is ill for a while", [Response(status_code=503), Response(status_code=500)]),
    ("we may not, for a while", [Response(status_code=401), Response(status_code=403)]),
    ("too many requests", [Response(status_code=429)]),
    ("another offset than we think", [Response(status_code=404, headers={OFFSET_HEADER: "5"})]),
    ("an offset that is none", [Response(status_code=404, headers={OFFSET_HEADER: "five"})]),
    ("an offset beyond the file", [Response(status_code=404, headers={OFFSET_HEADER: str(10**11)})]),
    ("a success that is none", [Response(status_code=404), Response(status_code=200)]),
]


@pytest.mark.parametrize(("label", "answers"), BREAKS, ids=[row[0] for row in BREAKS])
async def test_it_arrives_in_the_end(label: str, answers: list[Response | None]) -> None:
    store = Store()
    sha256 = store.put(BIG)
    cloud = FakeEvidence(answers=list(answers))
    async with cloud.running(), running(uploader(cloud.url, store)):
        await until(lambda: store.done == [sha256])
        assert cloud.parts[sha256] == BIG


async def test_a_line_that_is_cut_after_every_few_requests_brings_it_all_the_same() -> None:
    store = Store()
    sha256 = store.put(BIG)
    async with FakeEvidence().running() as cloud, Proxy(int(cloud.url.rpartition(":")[2])).running() as proxy:
        async with running(uploader(f"http://127.0.0.1:{proxy.port}", store)):
            for count in (1, 2, 3):
                await until(lambda count=count: len(cloud.requests) >= count)  # type: ignore[misc]
                proxy.cut()
            await until(lambda: store.done == [sha256])
        assert cloud.parts[sha256] == BIG


async def test_nobody_can_send_it_elsewhere() -> None:
    store = Store()
    sha256 = store.put(SMALL)
    async with FakeEvidence().running() as elsewhere, FakeEvidence().running() as cloud:
        where = {"Location": f"{elsewhere.url}/evidence/{sha256}"}
        cloud.answers = [Response(status_code=307, headers=where), Response(status_code=404), Response(status_code=308)]
        async with running(uploader(cloud.url, store)):
            await until(lambda: store.done == [sha256])
        assert elsewhere.requests == []
        assert cloud.parts[sha256] == SMALL


async def test_after_a_break_it_goes_on_and_does_not_start_again() -> None:
    store = Store()
    sha256 = store.put(BIG)
    cloud = FakeEvidence()
    cloud.parts[sha256] = BIG[: 2 * CHUNK_BYTES]
    async with cloud.running(), running(uploader(cloud.url, store)):
        await until(lambda: store.done == [sha256])
        assert [offset for method, _, offset in cloud.requests if method == "PATCH"] == [
            2 * CHUNK_BYTES,
            3 * CHUNK_BYTES,
        ]


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_refused_file_is_set_aside_and_the_next_one_goes(status: int) -> None:
    store = Store()
    bad, good = store.put(BIG), store.put(SMALL)
    cloud = FakeEvidence(answers=[Response(status_code=404), Response(status_code=status)])
    async with cloud.running(), running(uploader(cloud.url, store)):
        await until(lambda: store.done == [good])
        assert bad in store.files
        assert bad not in cloud.complete


async def test_a_cloud_that_corrects_the_offset_for_ever_is_not_followed_for_ever() -> None:
    store = Store()
    bad, good = store.put(BIG), store.put(SMALL)
    wrong = [Response(status_code=409, headers={OFFSET_HEADER: "7"}) for _ in range(MAX_TURNS + 1)]
    cloud = FakeEvidence(answers=[Response(status_code=404), *wrong])
    async with cloud.running(), running(uploader(cloud.url, store)):
        await until(lambda: store.done == [good])
        assert bad in store.files


async def test_a_file_that_cannot_be_read_is_given_up_and_the_next_one_goes() -> None:
    store = Store()
    bad, good = store.put(BIG), store.put(SMALL)
    store.broken.add(bad)
    async with FakeEvidence().running() as cloud, running(uploader(cloud.url, store)):
        await until(lambda: store.done == [good])
        assert store.forgotten == [bad]


async def test_it_starts_without_a_cloud_and_tells_so_once(caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    store.put(SMALL)
    async with running(uploader("http://127.0.0.1:9", store)):
        await asyncio.sleep(0.5)  # several tries
    assert sum("evidence waits" in record.getMessage() for record in caplog.records) == 1


async def test_an_idle_uploader_is_woken_by_a_thread() -> None:
    store = Store()
    async with FakeEvidence().running() as cloud:
        made = uploader(cloud.url, store)  # polls once a minute only
        async with running(made):
            await asyncio.sleep(0.2)
            sha256 = store.put(SMALL)
            await asyncio.to_thread(made.wake)
            await until(lambda: store.done == [sha256], 5)


def test_no_more_refused_files_are_remembered_than_the_limit() -> None:
    made = uploader("http://127.0.0.1:9", Store())
    for number in range(MAX_SET_ASIDE + 5):
        made._set_aside(str(number), "refused")
    assert len(made._aside) == MAX_SET_ASIDE
    assert "0" not in made._aside
