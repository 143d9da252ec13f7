"""Messages over real connections: webhooks, ntfy, mail; those that hang, refuse, come back; and no token anywhere."""

import asyncio
import logging

import pytest

from cloud.notify.channels import MESSAGE_HEADER, AppriseChannel, Letter, UnusableAddress, channel_of
from cloud.notify.domain import Reason, State, Tongue
from cloud.notify.ownership import NoticeRefused
from cloud.notify.threads import Busy, Threads
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender
from tests.integration.notify.office import HERE, LEAD, real_office
from tests.integration.notify.receivers import mail, web

LETTER = Letter("01946f9a-0000-7000-8000-0000000000aa", "新案件：停放超时", "地点：3 号楼\n<b>不是 HTML</b> & 中文")
TOKEN = "s3cr3t-t0ken-of-the-group"


async def test_a_webhook_gets_title_body_and_an_id_to_drop_a_second_one_by() -> None:
    async with web() as server:
        assert await AppriseChannel(reach=HERE).send("d", server.address(), LETTER) is None
    (request,) = server.requests
    assert request.path == "/hook"
    assert (request.json["title"], request.json["message"]) == (LETTER.title, LETTER.body)
    assert request.json["message_id"] == LETTER.id
    assert request.headers[MESSAGE_HEADER.lower()] == LETTER.id


async def test_ntfy_gets_title_and_body() -> None:
    async with web() as server:
        assert await AppriseChannel(reach=HERE).send("d", server.address("topic", "ntfy"), LETTER) is None
    (request,) = server.requests
    assert request.json["title"] == LETTER.title
    assert "3 号楼" in request.json["message"]


async def test_mail_is_plain_text() -> None:
    async with mail() as server:
        address = f"mailto://127.0.0.1:{server.port}?from=linli@example.com&to=duty@example.com"
        assert await AppriseChannel(reach=HERE).send("d", address, LETTER) is None
    (letter,) = server.letters
    assert str(letter["Subject"]) == LETTER.title
    assert letter[MESSAGE_HEADER] == LETTER.id
    assert letter.get_content_type() == "text/plain"
    assert "<b>不是 HTML</b> & 中文" in letter.get_payload(decode=True).decode()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.NOT_ALLOWED),
        (403, Reason.NOT_ALLOWED),
        (404, Reason.NO_SUCH_PLACE),
        (429, Reason.TOO_MANY),
        (400, Reason.NOT_ACCEPTED),
        (302, Reason.NOT_ACCEPTED),
        (500, Reason.BROKEN),
        (503, Reason.BROKEN),
    ],
)
async def test_a_refusal_has_a_reason_and_no_redirect_is_followed(status: int, reason: Reason) -> None:
    async with web(status) as server:
        assert await AppriseChannel(reach=HERE).send("d", server.address(), LETTER) is reason
    assert len(server.requests) == 1


async def test_nobody_there_is_a_reason_too(free_port: int) -> None:
    channel = AppriseChannel(reach=HERE)
    assert await channel.send("d", f"json://127.0.0.1:{free_port}/x", LETTER) is Reason.UNREACHABLE
    assert await channel.send("d", f"mailto://127.0.0.1:{free_port}?from=a@b.cn&to=c@d.cn", LETTER) in {
        Reason.UNREACHABLE,
        Reason.NOT_ACCEPTED,
    }


async def test_one_that_hangs_takes_its_time_limit_and_one_thread() -> None:
    channel = AppriseChannel(limit_s=0.3, reach=HERE)
    async with web(None) as hanging, web() as works:
        assert await channel.send("hangs", hanging.address(), LETTER) is Reason.TIMED_OUT
        assert await channel.send("hangs", hanging.address(), LETTER) is Reason.HANGING
        assert len(hanging.requests) == 1
        assert await channel.send("works", works.address(), LETTER) is None


async def test_threads_are_bounded() -> None:
    threads: Threads[None] = Threads(most=2)
    gate = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()

    def wait() -> None:
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(gate, 20), loop).result()

    running = [asyncio.create_task(threads.run(str(n), wait, limit_s=30)) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await threads.run("third", wait, limit_s=30)
    gate.set_result(None)
    await asyncio.gather(*running)
    await threads.run("third", lambda: None, limit_s=30)


KNOWN = [
    ("wecombot://693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa", "wecombot"),
    ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa", "wecombot"),
    ("dingtalk://abcdef123", "dingtalk"),
    ("feishu://abcdefghijklmnopqrstuv", "feishu"),
    ("mailtos://user:pass@example.com", "mailtos"),
    ("ntfys://example.com/topic", "ntfys"),
    ("jsons://example.com/hook", "jsons"),
]


@pytest.mark.parametrize(("address", "channel"), KNOWN)
def test_channels_of_the_field_are_known(address: str, channel: str) -> None:
    assert channel_of(address) == channel


@pytest.mark.parametrize(
    "address",
    [
        "",
        "junk",
        "syslog://",
        "file:///etc/passwd",
        "exec://x",
        "dbus://",
        "json://",
        "json://h/" + "x" * 1000,
        "json://h/\n",
        "json://h/?method=DELETE",
        "json://h/?METHOD=put",
        "ntfy://h/topic?attach=file:///etc/passwd",
        "mailto://u:p@h.example?pgppub=/etc/passwd",
    ],
)
def test_whatever_else_is_no_address(address: str) -> None:
    with pytest.raises(UnusableAddress) as error:
        channel_of(address)
    assert str(error.value) == ""


async def test_one_that_hangs_holds_nobody_up_and_one_that_recovers_gets_its_message(
    ground: Ground, sender: Sender
) -> None:
    office = real_office(ground, sender, limit_s=0.5)
    async with web(None) as hanging, web(500) as broken, web() as works:
        for server in (hanging, broken, works):
            await office.rule(await office.destination(f"群 {server.port}", server.address(), window_s=0))
        await office.car()
        assert await office.turn() == 3
        states = {told.destination: told for told in (await office.settings()).messages}
        by_name = {each.name: states[each.id] for each in (await office.settings()).destinations}
        assert by_name[f"群 {works.port}"].state is State.SENT
        assert by_name[f"群 {hanging.port}"].reason is Reason.TIMED_OUT
        assert by_name[f"群 {broken.port}"].reason is Reason.BROKEN
        broken.status = 200
        await office.pass_time(60)
        assert [request.headers[MESSAGE_HEADER.lower()] for request in broken.requests] == [
            by_name[f"群 {broken.port}"].id
        ] * 2
        assert len(works.requests) == 1


class _Written(logging.Handler):
    """Who writes into the program's log."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(record.name)


async def test_no_token_is_in_a_log_an_error_a_table_or_what_is_shown(
    ground: Ground, sender: Sender, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    written = _Written()
    logging.getLogger().addHandler(written)
    office = real_office(ground, sender)
    async with web(401) as server:
        address = f"json://user:{TOKEN}@127.0.0.1:{server.port}/{TOKEN}?-key={TOKEN}"
        group = await office.destination("群", address, window_s=0)
        await office.destination("信", f"mailto://user:{TOKEN}@127.0.0.1:1?from=a@b.cn&to=c@d.cn", window_s=0)
        await office.rule(group)
        await office.car()
        await office.turn()
        await office.service.test(LEAD, (await office.settings()).destinations[0].id)
        await office.turn()
        with pytest.raises(NoticeRefused) as refused:
            await office.destination("坏的", f"nonsense://{TOKEN}")
    logging.getLogger().removeHandler(written)
    assert {"cloud.notify.worker"} <= written.names, "it is told that it fails"
    assert not {name for name in written.names if name.startswith(("apprise", "urllib3", "requests"))}
    assert any(TOKEN in request.path for request in server.requests), "it was used"
    tables = ("notice_destinations", "notice_rules", "notice_messages", "notice_items", "audit_pending", "audit_log")
    stored = [str(await ground.rows(f"select * from {table}")) for table in tables]  # noqa: S608 - these six
    shown = capfd.readouterr()
    everything = (caplog.text, str(refused.value), refused.value.zh, repr(await office.settings()), *stored, *shown)
    assert not any(TOKEN in text for text in everything)


async def test_another_address_is_tried_at_once_and_the_old_one_is_never_read_back(
    ground: Ground, sender: Sender
) -> None:
    office = real_office(ground, sender)
    async with web(404) as old, web() as new:
        group = await office.destination("群", old.address(), window_s=0, language=Tongue.BOTH)
        await office.rule(group)
        await office.car()
        await office.turn()
        (mine,) = (await office.settings()).destinations
        await office.service.put_destination(LEAD, mine, new.address())
        await office.turn()
        assert len(new.requests) == 1
        assert "Parked too long" in new.requests[0].json["message"]


async def test_an_address_that_does_not_open_says_so(ground: Ground, sender: Sender) -> None:
    office = real_office(ground, sender)
    group = await office.destination("群", window_s=0)
    await office.execute("update notice_destinations set sealed = 'AAAA' where id = :id", id=group)
    await office.service.test(LEAD, group)
    await office.turn()
    (told,) = (await office.settings()).messages
    assert told.reason is Reason.UNREADABLE
