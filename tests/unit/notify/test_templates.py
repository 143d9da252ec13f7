"""What a message says, and how long it may be."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cloud.accounts.organisations import MAX_NAME
from cloud.cases.domain import Alarm, Device, Report
from cloud.cases.vocabulary import CaseKind, Found, Name, Priority
from cloud.console.words import WORDS
from cloud.notify.domain import Occasion, Reason, Tongue
from cloud.notify.names import FOUND, MAX_PLACE, SENSORS, ZONES, Called
from cloud.notify.templates import MAX_BODY_BYTES, MAX_TITLE, Frame, Subject, render, render_test
from contract.gating import SensorKind
from contract.parking import ZoneKind
from tests.unit.notify.a_case import NOW, a_case

FRAME = Frame(Tongue.ZH, ZoneInfo("Asia/Shanghai"), "https://linli.example.com", "0a1b2c3d")
LINK = "https://linli.example.com/cases/01946f9a-0000-7000-8000-000000000001"


def test_one_case_is_told_with_what_where_until_when_and_a_link() -> None:
    title, body = render([Subject(Occasion.OPENED, a_case(due_at=NOW + timedelta(hours=4)))], FRAME, urgent=False)
    assert title == "新案件：停放超时 · 3 号楼北侧"
    assert body == (
        "【新案件】停放超时\n地点：lantian 3 号楼北侧\n11-23 14:00 前处理\n案号：LL-20261123-0001\n"
        f"接单、上报：{LINK}\n编号 0a1b2c3d"
    )


def test_the_same_in_english() -> None:
    frame = replace(FRAME, language=Tongue.EN, public_url="")
    title, body = render([Subject(Occasion.URGED, a_case())], frame, urgent=True)
    assert title == "[Urgent] Urged: overdue: Parked too long · 3 号楼北侧"
    assert body == "[Urged: overdue] Parked too long\nWhere: lantian 3 号楼北侧\nCase LL-20261123-0001\nNo. 0a1b2c3d"


def test_who_wants_both_gets_chinese_first() -> None:
    title, body = render([Subject(Occasion.OPENED, a_case())], replace(FRAME, language=Tongue.BOTH), urgent=False)
    assert title.startswith("新案件：停放超时")
    assert body.index("停放超时") < body.index("Parked too long")


def test_what_is_made_up_says_so() -> None:
    title, _ = render([Subject(Occasion.OPENED, a_case(simulated=True))], FRAME, urgent=False)
    assert title.startswith("【模拟】")


@pytest.mark.parametrize("language", list(Tongue))
def test_the_longest_names_stay_within_the_bounds(language: Tongue) -> None:
    longest, eight = Name("长" * MAX_NAME, "长" * MAX_NAME), tuple("abcdefgh")
    called = Called({"lantian": longest}, dict.fromkeys(eight, longest))
    case = a_case(zone_name="长" * 200, assisting=eight, due_at=NOW, simulated=True)
    frame = replace(FRAME, language=language, called=called)
    title, body = render([Subject(Occasion.ASSIST_ASKED, case)], frame, urgent=True)
    assert len(title) <= MAX_TITLE
    assert body.count("长" * (MAX_PLACE - 1) + "…") == (6 if language is Tongue.BOTH else 3)
    assert len(body.encode()) <= MAX_BODY_BYTES


def test_who_was_asked_to_assist_last_is_named_first() -> None:
    _, body = render([Subject(Occasion.ASSIST_ASKED, a_case(assisting=("street", "garden")))], FRAME, urgent=False)
    assert "协办：garden、street\n" in body


@pytest.mark.parametrize("language", list(Tongue))
@pytest.mark.parametrize("cases", [2, 10, 500])
def test_many_cases_are_one_message_within_its_bounds_those_that_press_first(language: Tongue, cases: int) -> None:
    place = "很长的地名" * 12
    some = [a_case(number=f"LL-20261123-{n:04d}", zone_name=place, due_at=NOW) for n in range(cases)]
    some[-1] = replace(some[-1], priority=Priority.URGENT, zone_name="先看这里")
    title, body = render(
        [Subject(Occasion.OPENED, each) for each in some], replace(FRAME, language=language), urgent=True
    )
    assert len(title) <= MAX_TITLE
    assert len(body.encode()) <= MAX_BODY_BYTES
    assert body.split("\n")[0].count("先看这里") == 1
    if cases == 500 and language is Tongue.ZH:
        assert title == "【紧急】500 条待处理：停放超时等"
        assert "还有 49" in body


def test_whose_welfare_it_is_does_not_leave_the_house() -> None:
    meter = Device(CaseKind.METER, "w-301", "3号楼301水表", "water")
    alarm = Alarm(Found.WELFARE, "a", "e", 1, NOW, NOW, Name("", ""))
    case = a_case(device=meter, alarms=(alarm,), found=(Found.WELFARE,))
    for language in Tongue:
        said = "".join(render([Subject(Occasion.OPENED, case)], replace(FRAME, language=language), urgent=True))
        assert "301" not in said


def test_what_somebody_wrote_and_a_plate_stay_on_the_page() -> None:
    report = Report("张三的车 京A12345 停在我家门口", "4 号楼\n伪造的一行", "wx-1")
    title, body = render([Subject(Occasion.OPENED, a_case(report=report))], FRAME, urgent=False)
    assert "京A12345" not in title + body
    assert "张三" not in title + body
    assert "4 号楼 伪造的一行" in body, "a place is one line, whatever it is called"


def test_braces_of_a_template_in_a_name_are_only_text() -> None:
    title, _ = render([Subject(Occasion.OPENED, a_case(zone_name="{{ 7*7 }}{% x %}"))], FRAME, urgent=False)
    assert title.endswith("{{ 7*7 }}{% x %}")


def test_a_stuck_destination_is_told_with_since_when_and_why() -> None:
    title, body = render([Subject(Occasion.STUCK, None, ("值班群", NOW, Reason.TIMED_OUT))], FRAME, urgent=False)
    assert title.startswith("通知发不出去")
    assert "“值班群”从 11-23 10:00 起收不到通知：对方没有及时应答" in body


def test_a_test_says_that_it_is_one() -> None:
    assert render_test(FRAME) == ("测试通知", "这是一条测试通知，收到就说明能用。\n编号 0a1b2c3d")


def test_things_are_called_as_the_console_calls_them() -> None:
    for prefix, names in (("found", FOUND), ("zone", ZONES)):
        for value, name in names.items():
            assert (name.zh, name.en) == (WORDS[f"{prefix}.{value}"].zh, WORDS[f"{prefix}.{value}"].en)
    assert set(FOUND) == set(Found)
    assert set(ZONES) == set(ZoneKind)
    assert set(SENSORS) == set(SensorKind)
