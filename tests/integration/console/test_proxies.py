"""Whom the limit on log-ins counts, where a proxy stands before the console."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from cloud.accounts.throttle import PER_ADDRESS
from cloud.app.serve import server_of
from cloud.config import Config, parse
from cloud.errors import Misconfigured
from tests.integration.console.site import PASSWORD, Site

ATTACKER, CLERK = "203.0.113.9", "203.0.113.10"


@asynccontextmanager
async def proxied(site: Site, *proxies: str) -> AsyncIterator[httpx.AsyncClient]:
    """The console as the program serves it, asked by a proxy on loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_of(site.app, proxies))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve([listener]))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        await serving
        listener.close()


async def guesses(proxy: httpx.AsyncClient, *forwarded: str, times: int = PER_ADDRESS.attempts) -> int:
    """Guess at many names for somebody, as `X-Forwarded-For` says; the last answer's status."""
    status = 0
    for at in range(times):
        headers = {"X-Forwarded-For": forwarded[at % len(forwarded)]}
        given = {"name": f"nobody{at}", "password": PASSWORD}
        status = (await proxy.post("/api/login", json=given, headers=headers)).status_code
    return status


async def test_who_guesses_keeps_nobody_else_out(site: Site) -> None:
    async with proxied(site, "127.0.0.1") as proxy:
        assert await guesses(proxy, ATTACKER) == 401
        assert await guesses(proxy, ATTACKER, times=1) == 429
        assert await guesses(proxy, CLERK, times=1) == 401


async def test_what_a_browser_says_of_itself_before_the_proxy_counts_for_nothing(site: Site) -> None:
    told = [f"198.51.100.{at}, {ATTACKER}" for at in range(PER_ADDRESS.attempts)]
    async with proxied(site, "127.0.0.0/8") as proxy:
        assert await guesses(proxy, *told) == 401
        assert await guesses(proxy, ATTACKER, times=1) == 429


@pytest.mark.parametrize("proxies", [(), ("192.0.2.1",)], ids=["none", "another"])
async def test_who_is_no_proxy_of_ours_says_nothing_of_others(site: Site, proxies: tuple[str, ...]) -> None:
    async with proxied(site, *proxies) as browser:
        assert await guesses(browser, *[f"198.51.100.{at}" for at in range(PER_ADDRESS.attempts)]) == 401
        assert await guesses(browser, CLERK, times=1) == 429


def config(*proxies: str) -> Config:
    given = {"database": {"dsn": "postgresql://x@y/z"}, "source": [{"url": "nats://127.0.0.1:4222"}]}
    return parse({**given, "proxies": list(proxies)}, "cloud.toml", folder=Path("/tmp"))


GOOD = [("10.0.0.5", "10.0.0.5/32"), ("10.0.0.0/24", "10.0.0.0/24"), ("2001:db8::/32", "2001:db8::/32")]


@pytest.mark.parametrize(("given", "means"), GOOD)
def test_proxies_are_addresses_or_networks(given: str, means: str) -> None:
    assert config(given).proxies == (means,)


@pytest.mark.parametrize("given", [("*",), ("proxy.example",), ("10.0.0.5/24",), ("",), ("10.0.0.5",) * 33])
def test_nothing_else_is_a_proxy(given: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured, match="proxies"):
        config(*given)
