"""A lead types in addresses: the server knocks for nobody at hosts within, unless the operator has named them."""

import socket
from typing import Any

import pytest

from cloud.notify.channels import AppriseChannel, Letter
from cloud.notify.domain import Destination, Reason, State
from cloud.notify.ownership import NoticeRefused
from cloud.notify.reach import Reach
from cloud.notify.service import NoticeService
from cloud.notify.vault import Vault
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender
from tests.integration.notify.office import HERE, KEY, LEAD, open_office
from tests.integration.notify.receivers import mail, web

LETTER = Letter("01946f9a-0000-7000-8000-0000000000aa", "新案件", "地点：3 号楼")
NOWHERE = AppriseChannel()
SECRET = "s3cr3t-t0ken"


@pytest.mark.parametrize(
    "address",
    [
        f"json://127.0.0.1:8080/{SECRET}",
        f"jsons://localhost/{SECRET}",
        f"form://169.254.169.254/latest/meta-data/{SECRET}",
        f"ntfy://10.0.0.5/{SECRET}",
        f"json://[::1]/{SECRET}",
        f"json://[::ffff:10.0.0.5]/{SECRET}",
        f"json://2130706433/{SECRET}",
        f"mailto://user:{SECRET}@example.com?smtp=127.0.0.1&to=a@example.com",
    ],
)
async def test_such_an_address_is_refused_when_it_is_entered_and_it_is_said_who_may_allow_it(
    ground: Ground, address: str
) -> None:
    service = NoticeService(ground.engine, Vault(lambda: KEY), clock=ground.clock)
    given = Destination(id="", organisation="", name="群", channel="")
    with pytest.raises(NoticeRefused) as refused:
        await service.put_destination(LEAD, given, address)
    assert "inner_hosts" in refused.value.zh
    assert "inner_hosts" in refused.value.en
    assert SECRET not in f"{refused.value.zh} {refused.value.en}"
    assert (await service.settings(LEAD)).destinations == []


async def test_it_is_looked_at_again_when_it_is_sent_to_and_the_delivery_says_why(
    ground: Ground, sender: Sender
) -> None:
    office = open_office(ground, sender, AppriseChannel())
    async with web() as server:
        await office.rule(await office.destination("群", server.address(), window_s=0))  # it was allowed then
        await office.car()
        await office.turn()
        assert server.requests == []
    (told,) = (await office.settings()).messages
    assert (told.state, told.reason) == (State.FAILED, Reason.WITHIN)
    (there,) = (await office.settings()).destinations
    assert there.reason is Reason.WITHIN


async def test_mail_goes_to_no_server_within_either() -> None:
    async with mail() as server:
        address = f"mailto://127.0.0.1:{server.port}?from=linli@example.com&to=duty@example.com"
        assert await NOWHERE.send("d", address, LETTER) is Reason.WITHIN
    assert server.letters == []


async def test_a_name_that_means_another_host_the_second_time_it_is_asked_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain, asked = socket.getaddrinfo, []

    def rebind(host: Any, port: Any, *how: Any, **more: Any) -> Any:
        if host != "rebind.example":
            return plain(host, port, *how, **more)
        asked.append(host)
        return plain("8.8.8.8" if len(asked) == 1 else "127.0.0.1", port, *how, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    async with web() as server:
        assert await NOWHERE.send("d", f"json://rebind.example:{server.port}/x", LETTER) is Reason.WITHIN
        assert server.requests == []
    assert len(asked) > 1


async def test_no_redirect_is_followed_whatever_the_address_asks_for() -> None:
    async with web(307) as server, web() as other:
        server.more = f"Location: http://127.0.0.1:{other.port}/\r\n"
        address = server.address() + "?redirect=yes"
        assert await AppriseChannel(reach=HERE).send("d", address, LETTER) is Reason.NOT_ACCEPTED
        assert len(server.requests) == 1
        assert other.requests == []


async def test_a_host_that_is_allowed_by_its_name_is_allowed_by_that_name_alone() -> None:
    channel = AppriseChannel(reach=Reach.of(["localhost"]))
    async with web() as server:
        assert await channel.send("by address", server.address(), LETTER) is Reason.WITHIN
        assert await channel.send("by name", f"json://localhost:{server.port}/hook", LETTER) is None
    assert len(server.requests) == 1


async def test_the_rest_of_the_program_connects_to_what_it_likes() -> None:
    async with web() as server:
        assert await NOWHERE.send("d", server.address(), LETTER) is Reason.WITHIN
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            assert connection.getpeername()[1] == server.port
