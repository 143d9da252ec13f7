"""Lists as people write them."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from contract.permits import MAX_PERMITS
from contract.plates import PermitKind
from contract.sheets import MAX_FAULTS, MAX_SHEET_BYTES, normalised
from edge.errors import Misconfigured
from edge.permits import Sheet, read_sheet
from tests.unit.permits.lists import ZONE

CHINESE = "车牌,种类,开始,结束,姓名\r\n京A·12345,业主,,,张三\r\n京AD12345,访客,2026/5/1,2026/5/3,李四\r\n"


def sheet(tmp_path: Path, text: str | bytes) -> Sheet:
    path = tmp_path / "permits.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sheet(path, ZONE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_list_in_whatever_excel_saves(tmp_path: Path, encoding: str) -> None:
    read = sheet(tmp_path, CHINESE.encode(encoding))
    assert [(permit.plate, permit.kind) for permit in read.permits] == [
        ("京A12345", PermitKind.RESIDENT),
        ("京AD12345", PermitKind.VISITOR),
    ]
    assert read.permits[1].valid_from == datetime(2026, 4, 30, 16, tzinfo=UTC), "midnight in Shanghai"
    assert read.permits[1].valid_until == datetime(2026, 5, 3, 16, tzinfo=UTC), "the last day counts"
    assert read.unread == ("姓名",)


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
def test_an_english_list_with_any_separator(tmp_path: Path, separator: str) -> None:
    rows = [["Plate", "Kind", "valid_until", "Hours"], ["沪b 1O23A", "service", "2026-05-01 18:30", "8:00-18:00"]]
    (permit,) = sheet(tmp_path, "\n".join(separator.join(row) for row in rows)).permits
    assert (permit.plate, permit.kind) == ("沪B1023A", PermitKind.SERVICE)
    assert permit.valid_until == datetime(2026, 5, 1, 10, 30, tzinfo=UTC)
    assert (permit.periods[0].start, permit.periods[0].end) == (time(8), time(18))


WHEN = [
    # days,              hours,                         days read,                 spans read
    ("周一至周五", "08:00-18:00", "mon tue wed thu fri", ["08:00-18:00"]),
    ("mon-fri", "8:00～18:00", "mon tue wed thu fri", ["08:00-18:00"]),
    ("工作日", "08:00-12:00; 14:00-18:00", "mon tue wed thu fri", ["08:00-12:00", "14:00-18:00"]),
    ("周六、周日", "", "sat sun", ["00:00-00:00"]),
    ("Fri-Mon", "22:00-06:00", "mon fri sat sun", ["22:00-06:00"]),
    ("星期天", "18:00－24:00", "sun", ["18:00-00:00"]),
    ("一、三、五", "", "mon wed fri", ["00:00-00:00"]),
    ("", "8:00至18:00", "mon tue wed thu fri sat sun", ["08:00-18:00"]),
    ("", "", "", []),
]


@pytest.mark.parametrize(("days", "hours", "on", "spans"), WHEN)
def test_weekdays_and_hours(tmp_path: Path, days: str, hours: str, on: str, spans: list[str]) -> None:
    (permit,) = sheet(tmp_path, f"车牌,种类,星期,时段\n京A12345,访客,{days},{hours}\n").permits
    assert [f"{period.start:%H:%M}-{period.end:%H:%M}" for period in permit.periods] == spans
    assert all(" ".join(period.days) == on for period in permit.periods)


WRONG = [
    # name,                  second line on,               what the person reads
    ("too short a plate", "京Q9876,业主,,", "第 2 行 line 2: 车牌"),
    ("an unsure plate", "?Q98765,业主,,", "line 2"),
    ("another kind", "京Q98765,朋友,,", "业主、访客、作业 resident, visitor, service"),
    ("no such day", "京Q98765,业主,2026-02-30,", "第 2 行 line 2: "),
    ("a date of another style", "京Q98765,业主,,01/05/2026", "2026-05-01"),
    ("over before it begins", "京Q98765,业主,2026-05-02,2026-05-01", "要晚于开始"),
    ("a quotation mark alone", '京Q98765,"业主,,', "line 2"),
    ("the second line", "京Q98765,业主,,\n京A1,业主,,", "第 3 行 line 3: "),
    ("a line too short", "京Q98765", "line 2"),
]


@pytest.mark.parametrize(("label", "lines", "told"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_told_with_its_line_and_without_a_plate(
    tmp_path: Path, label: str, lines: str, told: str
) -> None:
    with pytest.raises(Misconfigured) as refused:
        sheet(tmp_path, f"车牌,种类,开始,结束\n{lines}\n")
    assert told in str(refused.value)
    assert "permits.csv" in str(refused.value)
    assert "Q9876" not in str(refused.value)


def test_several_faults_are_told_at_once_and_no_more_than_a_few(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        sheet(tmp_path, "车牌,种类\n" + "京A1,业主\n" * 100)
    assert str(refused.value).count("车牌 plate:") == MAX_FAULTS


@pytest.mark.parametrize(("days", "hours"), [("周八", ""), ("", "8-18"), ("", "25:00-26:00"), ("mon-", "")])
def test_days_and_hours_that_are_none(tmp_path: Path, days: str, hours: str) -> None:
    with pytest.raises(Misconfigured, match="line 2"):
        sheet(tmp_path, f"车牌,种类,星期,时段\n京A12345,访客,{days},{hours}\n")


@pytest.mark.parametrize("text", ["", "\n\n", "京A12345,业主\n", "车牌\n京A12345\n", "种类,种类,车牌\n"])
def test_without_its_headings_it_is_no_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured):
        sheet(tmp_path, text)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="CSV UTF-8"):
        sheet(tmp_path, b"\xff\xff\x00\x81")
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_sheet(tmp_path / "missing.csv", ZONE)


def test_a_list_of_nobody_is_a_list(tmp_path: Path) -> None:
    assert sheet(tmp_path, "车牌,种类\n").permits == ()


def test_no_more_lines_and_bytes_than_the_limits(tmp_path: Path) -> None:
    lines = "车牌,种类\n" + "京A12345,业主\n" * MAX_PERMITS
    assert len(sheet(tmp_path, lines).permits) == MAX_PERMITS
    with pytest.raises(Misconfigured, match=str(MAX_PERMITS)):
        sheet(tmp_path, lines + "京A12345,业主\n")
    head = "车牌,种类\n".encode()
    assert sheet(tmp_path, head + b"\n" * (MAX_SHEET_BYTES - len(head))).permits == ()
    with pytest.raises(Misconfigured, match=str(MAX_SHEET_BYTES)):
        sheet(tmp_path, head + b"\n" * (MAX_SHEET_BYTES - len(head) + 1))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("京a·12345", "京A12345"),
        ("京Ａ１２３４５", "京A12345"),
        ("粤OI2O45", "粤O12045"),
        (" 京A-D1234.5 ", "京AD12345"),
    ],
)
def test_plates_as_they_are_compared(written: str, meant: str) -> None:
    assert normalised(written) == meant
