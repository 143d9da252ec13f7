"""From what happens to cases to messages, in simulated time."""

from datetime import time, timedelta

import pytest

from cloud.accounts import OrganisationService, Role
from cloud.accounts.organisations import Given, Kind
from cloud.cases.domain import Actor
from cloud.cases.vocabulary import Action
from cloud.notify.channels import Letter
from cloud.notify.domain import Duty, Lane, Occasion, Reason, State, Tongue
from cloud.notify.hours import Hours
from tests.integration.notify.office import LEAD, PUBLIC, Office, Post, open_office

WANG = Actor("wang.fang", Role.STAFF)


async def test_ten_findings_within_a_minute_are_one_message(office: Office) -> None:
    group = await office.destination(window_s=60)
    await office.rule(group)
    for n in range(10):
        await office.car(f"cam1.s{n}")
        office.ground.clock.move(5)
        await office.turn()
    assert office.post.letters == [], "the first waits for more"
    await office.pass_time(15)
    assert len(office.post.letters) == 1
    _, letter = office.post.letters[0]
    assert letter.title.startswith("10 条待处理")
    assert letter.body.count(f"{PUBLIC}/cases/") >= 5
    await office.pass_time(3600)
    assert len(office.post.letters) == 1


async def test_the_first_of_many_waits_no_longer_than_the_window_however_many_follow(office: Office) -> None:
    await office.rule(await office.destination(window_s=60))
    for n in range(12):
        await office.car(f"cam1.s{n}")
        office.ground.clock.move(10)
        await office.turn()
    assert office.post.letters, "after a minute the first had to go, with those that were there"
    assert office.post.letters[0][1].title.startswith(("6 ", "7 "))


async def test_what_presses_waits_for_nothing_and_takes_nothing_along(office: Office) -> None:
    group = await office.destination(window_s=600, quiet=Hours(time(0), time(23, 59)))
    await office.rule(group)
    await office.rule(group, urgent=True, place="南门")
    await office.car("cam1.s1")
    await office.car("cam1.s2", zone_name="南门")
    await office.turn()
    assert [letter.title for _, letter in office.post.letters] == ["【紧急】新案件：停放超时 · 南门"]


async def test_a_case_that_is_over_by_the_morning_wakes_nobody(office: Office) -> None:
    night = Hours(time(9), time(18))  # START is 10:00 in Shanghai
    await office.rule(await office.destination(quiet=night))
    over, stays = await office.car("cam1.s1"), await office.car("cam1.s2", zone_name="还在的")
    await office.pass_time(3600)
    await office.execute("update cases set stage = 'closed' where id = :id", id=over.id)
    assert office.post.letters == []
    await office.pass_time(8 * 3600, every=1800)
    (told,) = (letter for _, letter in office.post.letters)
    assert told.title.endswith("还在的")
    assert stays.number in told.body
    assert over.number not in told.body


async def test_who_is_asked_to_assist_is_told_and_all_are_called_by_their_names(office: Office) -> None:
    tree = (
        Given("river", Kind.STREET, None, "江滨街道", "River street"),
        Given("garden", Kind.COMMUNITY, "river", "晴园小区", "Sunny garden", community="demo"),
    )
    await OrganisationService(office.ground.engine).put(tree, by="test")
    group = await office.destination(window_s=0, language=Tongue.BOTH)
    await office.rule(group, occasions={Occasion.ASSIST_ASKED})
    case = await office.car()
    await office.ground.cases.act(
        case.id, Action.ASSIST, by=Actor("li.lei", Role.LEAD), version=case.version, organisation="river"
    )
    await office.turn()
    ((_, letter),) = office.post.letters
    assert letter.title.startswith("请求协办：停放超时 · 南路 / Asked to assist")
    assert "地点：晴园小区 南路\n协办：江滨街道\n" in letter.body
    assert "Where: Sunny garden 南路\nAssisting: River street\n" in letter.body


async def test_news_is_told_once_by_however_many_workers(office: Office) -> None:
    await office.rule(await office.destination(window_s=0))
    await office.car()
    await office.turn()
    await office.turn()
    assert len(office.post.letters) == 1
    assert await office.ground.one("select count(*) from case_news") == 0


async def test_what_one_worker_has_in_hand_another_leaves_alone_until_its_lease_is_over(office: Office) -> None:
    other = open_office(office.ground, office.sender)
    tried: list[int] = []

    class Slow(Post):
        async def send(self, destination: str, address: str, letter: Letter) -> Reason | None:
            tried.append(await other.notifier.turn())
            office.ground.clock.move(60)
            tried.append(await other.notifier.turn())
            return await super().send(destination, address, letter)

    office = open_office(office.ground, office.sender, Slow())
    await office.rule(await office.destination(window_s=0))
    await office.car()
    await office.turn()
    assert tried == [0, 1], "it was not marked in a minute: whoever had it has died"


async def test_nobody_takes_it_and_the_next_is_told_and_the_next(office: Office) -> None:
    group, lead, street = [await office.destination(name, window_s=0) for name in ("群", "主管", "街道")]
    await office.rule(group)
    await office.rule(lead, occasions=set(), untaken_min=15)
    await office.rule(street, occasions=set(), untaken_min=60)
    await office.car()
    await office.pass_time(14 * 60)
    assert [to for to, _ in office.post.letters] == [group]
    await office.pass_time(60)
    assert [to for to, _ in office.post.letters] == [group, lead]
    assert office.post.letters[1][1].title.startswith("无人接单")
    await office.pass_time(45 * 60)
    assert [to for to, _ in office.post.letters] == [group, lead, street]


async def test_once_somebody_takes_it_nobody_else_is_told(office: Office) -> None:
    lead = await office.destination("主管", window_s=0)
    await office.rule(lead, occasions=set(), untaken_min=15)
    case = await office.car()
    await office.pass_time(10 * 60)
    await office.ground.cases.act(case.id, Action.ACCEPT, by=WANG, version=case.version)
    await office.pass_time(3600)
    assert office.post.letters == []


async def test_the_roster_hands_over_at_the_hour(office: Office) -> None:
    wang, li, group = [await office.destination(name, window_s=0) for name in ("王芳", "李雷", "群")]
    saturday = 5  # START is a Saturday, 10:00 in Shanghai
    for who, start, until in ((wang, 9, 11), (li, 11, 12)):
        await office.service.rota.add(LEAD, Duty("", "", saturday, Hours(time(start), time(until)), who))
    await office.rule(group, by_duty=True)
    for n, wait in enumerate((0, 3599, 1, 3600)):
        office.ground.clock.move(wait)
        await office.car(f"cam1.s{n}")
        await office.turn()
    assert [to for to, _ in office.post.letters] == [wang, wang, li, group], "at noon nobody is on duty"


async def test_who_is_away_is_stood_in_for(office: Office) -> None:
    now = office.ground.clock()
    wang = await office.destination("王芳", window_s=0, away_from=now, away_until=now + timedelta(hours=1))
    li = await office.destination("李雷", window_s=0)
    await office.service.rota.add(LEAD, Duty("", "", 5, Hours(time(0), time(0)), wang, li))
    await office.rule(wang, by_duty=True)
    await office.car("cam1.s1")
    await office.pass_time(3600)
    await office.car("cam1.s2")
    await office.turn()
    assert [to for to, _ in office.post.letters] == [li, wang]


async def test_news_that_nobody_read_for_a_day_is_dropped(office: Office) -> None:
    await office.rule(await office.destination(window_s=0))
    await office.car()
    office.ground.clock.move(24 * 3600)
    await office.turn()
    assert office.post.letters == []
    assert await office.ground.one("select count(*) from case_news") == 0


async def test_one_that_fails_is_tried_again_later_and_later_with_the_same_id(office: Office) -> None:
    group = await office.destination(window_s=0)
    await office.rule(group)
    office.post.says[group] = Reason.UNREACHABLE
    await office.car()
    tried: list[float] = []
    for second in range(0, 700, 5):
        before = len(office.post.letters)
        await office.turn()
        if len(office.post.letters) > before:
            tried.append(second)
        office.ground.clock.move(5)
    assert tried == [0, 10, 30, 70, 150, 310, 630]
    assert len({letter.id for _, letter in office.post.letters}) == 1
    (message,) = (await office.settings()).messages
    assert (message.state, message.reason, message.attempts) == (State.FAILED, Reason.UNREACHABLE, 7)
    office.post.says[group] = None
    await office.pass_time(900)
    (message,) = (await office.settings()).messages
    assert (message.state, message.reason) == (State.SENT, None)
    (there,) = (await office.settings()).destinations
    assert there.failing_since is None


async def test_what_happens_while_a_destination_is_gone_comes_as_one_message(office: Office) -> None:
    group = await office.destination(window_s=0)
    await office.rule(group)
    office.post.says[group] = Reason.UNREACHABLE
    for n in range(20):
        await office.car(f"cam1.s{n}")
        await office.turn()
        office.ground.clock.move(1)
    assert await office.ground.one("select count(*) from notice_messages") == 1
    office.post.says[group] = None
    await office.pass_time(3600)
    assert [letter.title[:3] for _, letter in office.post.letters[-2:]] == ["新案件", "19 "]


async def test_a_message_is_given_up_after_a_day_and_the_next_one_tries(office: Office) -> None:
    group = await office.destination(window_s=0)
    await office.rule(group)
    office.post.says[group] = Reason.UNREACHABLE
    await office.car()
    await office.pass_time(24.5 * 3600, every=900)
    (message,) = (await office.settings()).messages
    assert message.state is State.GIVEN_UP
    assert await office.service.stuck(LEAD), "it stays stuck until something arrives"
    office.post.says[group] = None
    await office.service.test(LEAD, group)
    await office.turn()
    assert not await office.service.stuck(LEAD)
    assert (await office.settings()).messages[0].lane is Lane.TEST


async def test_a_stuck_destination_is_told_to_the_others_once_an_hour_while_it_lasts(office: Office) -> None:
    group, lead = await office.destination("群", window_s=0), await office.destination("主管", window_s=0)
    await office.rule(group)
    office.post.says[group] = Reason.TIMED_OUT
    await office.car()
    await office.pass_time(9 * 60)
    assert await office.service.stuck(LEAD) == ()
    await office.pass_time(2 * 60)
    (stuck,) = await office.service.stuck(LEAD)
    assert (stuck.id, stuck.reason) == (group, Reason.TIMED_OUT)
    await office.pass_time(3 * 3600)
    alarms = [letter for to, letter in office.post.letters if to == lead]
    assert len(alarms) == 4, "after ten minutes, and each hour after that"
    assert all("群" in letter.body and "及时应答" in letter.body for letter in alarms)
    assert len({letter.id for letter in alarms}) == 4
    office.post.says[group] = None
    await office.pass_time(3 * 3600)
    assert len([letter for to, letter in office.post.letters if to == lead]) == 4
    assert await office.service.stuck(LEAD) == ()


async def test_one_that_hangs_in_one_lane_does_not_hold_up_what_presses(office: Office) -> None:
    group = await office.destination(window_s=0)
    await office.rule(group)
    await office.rule(group, urgent=True, place="南门")
    office.post.says[group] = Reason.BROKEN
    await office.car("cam1.s1")
    await office.turn()
    await office.car("cam1.s2", zone_name="南门")
    await office.turn()
    assert [letter.title[:4] for _, letter in office.post.letters] == ["新案件：", "【紧急】"]


async def test_what_was_sent_is_forgotten_after_its_days(office: Office) -> None:
    await office.rule(await office.destination(window_s=0))
    await office.car()
    await office.turn()
    office.ground.clock.move(90 * 86_400 - 1)
    await office.desk.tidy()
    assert await office.ground.one("select count(*) from notice_items") == 1
    office.ground.clock.move(2)
    await office.desk.tidy()
    assert await office.ground.one("select count(*) from notice_messages") == 0
    assert await office.ground.one("select count(*) from notice_items") == 0


async def test_a_destination_that_is_switched_off_is_told_nothing_and_keeps_nothing(office: Office) -> None:
    group = await office.destination(window_s=600)
    await office.rule(group)
    await office.car("cam1.s1")
    await office.turn()
    await office.change(group, enabled=False)
    await office.car("cam1.s2")
    await office.pass_time(1200)
    await office.desk.tidy()
    assert office.post.letters == []
    assert await office.ground.one("select count(*) from notice_items") == 0


@pytest.mark.parametrize("occasion", [Occasion.HALF_OVER, Occasion.SOON_OVER, Occasion.URGED, Occasion.SUPERVISED])
async def test_a_deadline_s_alerts_are_told_to_who_asks_for_them(office: Office, occasion: Occasion) -> None:
    group = await office.destination(window_s=0)
    await office.rule(group, occasions={occasion})
    case = await office.car()
    notes = {
        Occasion.HALF_OVER: "half_over",
        Occasion.SOON_OVER: "soon_over",
        Occasion.URGED: "expired",
        Occasion.SUPERVISED: "supervised",
    }
    for what in notes.values():
        await office.execute(
            "insert into case_news (case_id, what, at, actor) values (:id, :what, :at, 'system')",
            id=case.id,
            what=what,
            at=office.ground.clock(),
        )
    await office.turn()
    assert len(office.post.letters) == 1
