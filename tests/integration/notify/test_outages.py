"""Somebody pulls a plug: at the destination, in its network, or of what sends."""

import pytest

from cloud.notify import channels
from cloud.notify.answers import MAX_ANSWER
from cloud.notify.channels import AppriseChannel, Letter
from cloud.notify.domain import Reason, State
from tests.integration.cloud.ground import Ground, until
from tests.integration.cloud.sender import Sender
from tests.integration.notify.office import HERE, LEAD, Office, real_office
from tests.integration.notify.receivers import mail, web

LETTER = Letter("01946f9a-0000-7000-8000-0000000000aa", "新案件", "地点：3 号楼")


@pytest.fixture
def real(ground: Ground, sender: Sender) -> Office:
    return real_office(ground, sender)


async def test_one_that_is_down_for_hours_gets_all_of_it_once_it_is_back(real: Office, free_port: int) -> None:
    address = f"json://127.0.0.1:{free_port}/hook"
    await real.rule(await real.destination("群", address, window_s=0))
    for n in range(5):
        await real.car(f"cam1.s{n}")
        await real.pass_time(3600, every=600)
    (stuck,) = await real.service.stuck(LEAD)
    assert stuck.reason is Reason.UNREACHABLE
    async with web(port=free_port) as server:
        await real.pass_time(1800, every=600)
        titles = [request.json["title"] for request in server.requests]
    assert len(titles) == 2, "the one that waited, and one of all that came after it"
    assert titles[1].startswith("4 条待处理")
    assert await real.service.stuck(LEAD) == ()
    assert {told.state for told in (await real.settings()).messages} == {State.SENT}


async def test_one_that_answers_after_a_minute_has_taken_it_and_gets_it_once(ground: Ground, sender: Sender) -> None:
    office = real_office(ground, sender, limit_s=0.2)  # that it is waited for
    async with web(at_once=False) as slow:
        await office.rule(await office.destination("群", slow.address(), window_s=0))
        await office.car()
        await office.turn()
        (told,) = (await office.settings()).messages
        assert (told.state, told.reason) == (State.FAILED, Reason.TIMED_OUT)
        await office.pass_time(30, every=30)
        (told,) = (await office.settings()).messages
        assert (told.state, told.reason) == (State.FAILED, Reason.HANGING)
        slow.may_answer.set()

        async def is_sent() -> bool:
            await office.pass_time(900, every=900)
            return (await office.settings()).messages[0].state is State.SENT

        await until(is_sent)
        assert len(slow.requests) == 1, "what was taken late is not brought again"


async def test_one_that_never_answers_is_stuck_and_holds_one_thread(ground: Ground, sender: Sender) -> None:
    office = real_office(ground, sender, limit_s=0.2)
    async with web(None) as hanging:
        await office.rule(await office.destination("群", hanging.address(), window_s=0))
        for n in range(10):
            await office.car(f"cam1.s{n}")
            await office.pass_time(3600, every=900)
        assert len(hanging.requests) == 1
        (stuck,) = await office.service.stuck(LEAD)
        assert stuck.reason is Reason.HANGING
        assert await ground.one("select count(*) from notice_messages where state = 'failed'") == 1
        assert await ground.one("select count(*) from notice_items where message is null") == 9


@pytest.mark.parametrize(("asked", "waited"), [("", 10), ("600", 600), ("86400", 3600)], ids=["none", "ten", "a day"])
async def test_one_that_says_when_to_come_again_is_left_alone_so_long(real: Office, asked: str, waited: int) -> None:
    async with web(429) as busy:
        busy.more = f"Retry-After: {asked}\r\n" if asked else ""
        await real.rule(await real.destination("群", busy.address(), window_s=0))
        await real.car()
        await real.turn()
        (told,) = (await real.settings()).messages
        assert told.reason is Reason.TOO_MANY
        assert (told.next_at - real.ground.clock()).total_seconds() == waited
        busy.status, busy.more = 200, ""
        await real.pass_time(waited - 1, every=waited)
        assert len(busy.requests) == 1
        await real.pass_time(1)
        assert len(busy.requests) == 2
        assert (await real.settings()).messages[0].state is State.SENT


async def test_of_an_answer_no_more_is_read_than_is_needed() -> None:
    async with web() as endless:
        endless.body, endless.length = b"x" * (2 * MAX_ANSWER), 10**9
        assert await AppriseChannel(reach=HERE).send("d", endless.address(), LETTER) is None


@pytest.mark.parametrize(("errcode", "reason"), [(0, None), (93000, Reason.NOT_ACCEPTED)])
async def test_a_group_s_robot_that_says_no_by_a_code_has_not_taken_it(
    monkeypatch: pytest.MonkeyPatch, errcode: int, reason: Reason | None
) -> None:
    async with web() as robot:
        robot.body = b'{"errcode": %d}' % errcode
        here = f"http://127.0.0.1:{robot.port}/send?key={{key}}"
        monkeypatch.setattr("apprise.plugins.wecombot.NotifyWeComBot.notify_url", here)
        assert await AppriseChannel(reach=HERE).send("d", "wecombot://a-key-of-some-length", LETTER) is reason
    assert len(robot.requests) == 1


async def test_what_was_taken_while_the_database_was_gone_is_not_brought_again(ground: Ground, sender: Sender) -> None:
    office = real_office(ground, sender)
    async with web() as server:
        await office.rule(await office.destination("群", server.address(), window_s=0))
        await office.car()
        await office.turn()
        await office.execute("update notice_messages set state = 'waiting', ended_at = null, next_at = formed_at")
        await office.turn()
        assert len(server.requests) == 1
        assert (await office.settings()).messages[0].state is State.SENT


async def test_a_mail_server_that_keeps_the_sender_waiting_has_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "CONNECT_S", 0.05)
    async with mail() as server:
        server.keeps_waiting_s = 0.5
        address = f"mailto://127.0.0.1:{server.port}?from=linli@example.com&to=duty@example.com"
        assert await AppriseChannel(reach=HERE).send("d", address, LETTER) is None
    assert len(server.letters) == 1
