"""What is let through before any page is asked: origin, length, headers, and where a log-in may lead."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from cloud.console import headers
from cloud.console.guard import address_of, local_path
from cloud.console.headers import BodyLimit, SafeHeaders, SameSite, is_cross_site


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{len(body)}")(scope, receive, send)


def client(app: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli.test")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "headers", "cross"),
    [
        ("a program", {}, False),
        ("our own page", {"sec-fetch-site": "same-origin"}, False),
        ("typed by hand", {"sec-fetch-site": "none"}, False),
        ("another site", {"sec-fetch-site": "cross-site"}, True),
        ("a neighbour of the same domain", {"sec-fetch-site": "same-site"}, True),
        ("an old browser on our page", {"origin": "http://linli.test", "host": "linli.test"}, False),
        ("an old browser elsewhere", {"origin": "http://evil.test", "host": "linli.test"}, True),
        ("another port", {"origin": "http://linli.test:81", "host": "linli.test"}, True),
        ("an address that is none", {"origin": "http://[", "host": "linli.test"}, True),
        ("a sandboxed frame", {"origin": "null", "host": "linli.test"}, True),
    ],
)
def test_another_sites_page_is_recognised(name: str, headers: dict[str, str], cross: bool) -> None:
    assert is_cross_site(Headers(headers)) is cross, name


async def test_another_sites_page_may_read_nothing_new_and_change_nothing() -> None:
    async with client(SameSite(echo)) as browser:
        evil = {"sec-fetch-site": "cross-site"}
        assert (await browser.post("/", headers=evil)).status_code == 403
        assert (await browser.get("/", headers=evil)).status_code == 200


@pytest.mark.parametrize(("length", "status"), [(0, 200), (10, 200), (11, 413)])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_is_taken_at_the_limit_and_refused_beyond(length: int, status: int, chunked: bool) -> None:
    async def pieces() -> object:
        for _ in range(length):
            yield b"x"

    content = pieces() if chunked else b"x" * length
    async with client(BodyLimit(echo, limit=10)) as browser:
        answer = await browser.post("/", content=content)  # type: ignore[arg-type]
    assert answer.status_code == status
    if status == 200:
        assert answer.text == str(length)


async def test_what_has_a_limit_of_its_own_is_let_through() -> None:
    async with client(BodyLimit(echo, limit=10, apart=("/evidence/",))) as browser:
        assert (await browser.patch("/evidence/x", content=b"x" * 100)).text == "100"


@pytest.mark.parametrize(
    ("length", "admitted", "status"), [(10, False, 200), (11, False, 413), (50, True, 200), (51, True, 413)]
)
async def test_more_is_taken_from_whom_it_is_for_alone(length: int, admitted: bool, status: int) -> None:
    async def admits(scope: Scope) -> bool:
        assert scope["path"] == "/large"
        return admitted

    async with client(BodyLimit(echo, limit=10, larger={"/large": 50}, admits=admits)) as browser:
        assert (await browser.post("/large", content=b"x" * length)).status_code == status
        assert (await browser.post("/small", content=b"x" * 11)).status_code == 413


async def test_who_sends_slowly_takes_up_the_room_for_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "LARGE_WITHIN_S", 0.2)
    over = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"x"
        await over.wait()

    door = BodyLimit(echo, limit=10, larger={"/large": 50})
    async with client(door) as browser, asyncio.timeout(20):
        slow = [browser.post("/large", content=trickle()) for _ in range(headers.LARGE_AT_ONCE)]
        answers = await asyncio.gather(*slow, browser.post("/large", content=b"x" * 50))
    assert [answer.status_code for answer in answers] == [413] * headers.LARGE_AT_ONCE + [200]


@pytest.mark.parametrize("https", [True, False])
async def test_headers_that_keep_a_browser_safe(https: bool) -> None:
    async with client(SafeHeaders(echo, https=https)) as browser:
        sent = (await browser.get("/")).headers
    assert "'unsafe" not in sent["content-security-policy"]
    assert "script-src 'self'" in sent["content-security-policy"]
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["x-frame-options"] == "DENY"
    assert sent["cache-control"] == "no-store"
    assert ("strict-transport-security" in sent) is https


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/cases/1?a=b", "/cases/1?a=b"),
        ("", "/"),
        ("cases", "/"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/a\\b", "/"),
        ("https://evil.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("http://[", "/"),
    ],
)
def test_logging_in_leads_nowhere_else(asked: str, goes: str) -> None:
    assert local_path(asked) == goes


@pytest.mark.parametrize(
    ("host", "counts_as"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("testclient", "testclient")],
)
def test_a_home_counts_as_one_address(host: str, counts_as: str) -> None:
    assert address_of(Request({"type": "http", "client": (host, 1), "headers": []})) == counts_as
