"""A list as a person writes it: a CSV with a line of headings, as Excel and others save it, in Chinese or English."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from contract.calendar import instant, periods
from contract.errors import ContractError
from contract.permits import MAX_PERMITS, ListedPermit
from contract.plates import PermitKind, is_whole

MAX_SHEET_BYTES: Final = 4 * 1024 * 1024
MAX_FAULTS: Final = 5  # lines told at once
MAX_NOTE: Final = 100  # characters
MAX_UNREAD: Final = 16  # headings of columns left unread that are told
SEPARATORS: Final = ",\t;，"
DOTS: Final = re.compile(r"[\s·•・.．-]+")  # between a plate's letters and digits

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "plate": ("plate", "plate number", "车牌", "车牌号", "车牌号码", "号牌", "号牌号码"),
    "kind": ("kind", "type", "种类", "类型", "类别", "许可种类"),
    "from": ("from", "valid from", "start", "开始", "起", "开始日期", "起始日期", "生效日期", "有效期起"),
    "until": ("until", "valid until", "end", "结束", "止", "结束日期", "截止日期", "到期日期", "有效期止", "有效期至"),
    "days": ("days", "weekdays", "星期", "每周"),
    "hours": ("hours", "times", "时段", "时间", "时间段"),
    "note": ("note", "备注", "说明"),
}
KINDS: Final[dict[PermitKind, tuple[str, ...]]] = {
    PermitKind.RESIDENT: ("resident", "业主", "居民", "住户"),
    PermitKind.VISITOR: ("visitor", "访客", "来访"),
    PermitKind.SERVICE: ("service", "作业", "作业车", "服务", "服务车"),
}
_COLUMN_OF: Final = {heading: column for column, headings in COLUMNS.items() for heading in headings}
_KIND_OF: Final = {word: kind for kind, words in KINDS.items() for word in words}

# What a column takes, in Chinese and in English.
ACCEPTED: Final[dict[str, tuple[str, str]]] = {
    "plate": ("完整的车牌，例如 京A12345 或 京AD12345", "a whole plate such as 京A12345 or 京AD12345"),
    "kind": ("业主、访客、作业", "resident, visitor, service"),
    "from": ("2026-05-01 或 2026/5/1 8:00", "2026-05-01 or 2026-05-01 08:00"),
    "until": (
        "2026-05-01 或 2026/5/1 18:00，要晚于开始",
        "2026-05-01 or 2026-05-01 18:00, after the start",
    ),
    "days": ("周一至周五、周六、每天", "mon-fri, sat, daily"),
    "hours": ("08:00-18:00，多个用分号隔开", "08:00-18:00, several are parted by semicolons"),
}
NOT_A_SHEET: Final = (
    "第一行要有列名，至少有“车牌”和“种类”",
    "the first line names the columns, at least 'plate' and 'kind'",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: a permit, and what a person noted beside it."""

    permit: ListedPermit
    note: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a CSV says. `unread` are headings of columns that mean nothing here; what they hold is not looked at."""

    lines: tuple[Line, ...]
    unread: tuple[str, ...] = ()


class NoSheet(ContractError):
    """It cannot be read as a list; the text names lines and columns and what would be accepted, never a plate.

    Args:
        zh: in Chinese.
        en: the same in English; as a text the error says both.
        both: as that text, where one after the other would not do.
    """

    def __init__(self, zh: str, en: str, both: str = "") -> None:
        super().__init__(both or f"{zh} {en}")
        self.zh: Final = zh
        self.en: Final = en


def parse_sheet(raw: bytes, zone: ZoneInfo) -> Sheet:
    """Read a list of at most 4 MiB and 20,000 permits, in UTF-8, GB18030 or what Excel calls Unicode text.

    Args:
        zone: dates without more are days there, the last one included.
    Raises:
        NoSheet: and says where and why.
    """
    if len(raw) > MAX_SHEET_BYTES:
        raise NoSheet(f"太大，最多 {MAX_SHEET_BYTES} 字节", f"a list has at most {MAX_SHEET_BYTES} bytes")
    return _parse(_decoded(raw), zone)


def _decoded(raw: bytes) -> str:
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoSheet("请另存为“CSV UTF-8”，现在的字读不出来", "save it as 'CSV UTF-8': its characters cannot be read")


def _parse(text: str, zone: ZoneInfo) -> Sheet:
    rows = _rows(text)
    _, headings = next(rows, (1, []))
    places, unread = _columns(headings)
    permits: list[Line] = []
    faults: list[NoSheet] = []
    for line, row in rows:
        cells = {column: _plain(row[place]) if place < len(row) else "" for column, place in places.items()}
        try:
            permits.append(Line(_permit(cells, zone), _note(cells)))
        except NoSheet as fault:
            faults.append(_in_line(line, fault))
        if len(permits) > MAX_PERMITS:
            raise NoSheet(f"太多了，最多 {MAX_PERMITS} 行", f"too many lines, at most {MAX_PERMITS}")
        if len(faults) >= MAX_FAULTS:
            break
    if faults:
        raise faults[0] if len(faults) == 1 else _all_of(faults)
    return Sheet(tuple(permits), unread)


def _in_line(line: int, fault: NoSheet) -> NoSheet:
    return NoSheet(f"第 {line} 行：{fault.zh}", f"line {line}: {fault.en}", f"第 {line} 行 line {line}: {fault}")


def _all_of(faults: Sequence[NoSheet]) -> NoSheet:
    zh, en = ("\n".join(each) for each in zip(*((fault.zh, fault.en) for fault in faults), strict=True))
    return NoSheet(zh, en, "\n  ".join(["", *map(str, faults)]))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with something in them, each with the number of its last line in the file."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error:
        fault = NoSheet("引号没有成对，或者一格太长", "a quotation mark without its other, or too long a cell")
        raise _in_line(reader.line_num, fault) from None


def _columns(headings: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    places: dict[str, int] = {}
    unread: list[str] = []
    for place, heading in enumerate(headings):
        column = _COLUMN_OF.get(_plain(heading).lower().replace("_", " "))
        if column is None:
            unread.append("".join(letter for letter in heading.strip()[:20] if letter.isprintable()))
        elif column in places:
            raise NoSheet(f"“{_chinese(column)}”有两列", f"two columns are the {column}")
        else:
            places[column] = place
    if not {"plate", "kind"} <= places.keys():
        raise NoSheet(*NOT_A_SHEET)
    return places, tuple(heading for heading in unread if heading)[:MAX_UNREAD]


def _plain(cell: str) -> str:
    """Full-width letters and signs as the half-width ones that were meant."""
    return unicodedata.normalize("NFKC", cell).strip()


def _note(cells: dict[str, str]) -> str:
    return "".join(letter for letter in cells.get("note", "") if letter.isprintable())[:MAX_NOTE]


def _permit(cells: dict[str, str], zone: ZoneInfo) -> ListedPermit:
    plate = normalised(cells["plate"])
    if not is_whole(plate):
        raise _refusal("plate")
    kind = _KIND_OF.get(cells["kind"].lower())
    if kind is None:
        raise _refusal("kind")
    try:
        return ListedPermit(
            plate=plate,
            kind=kind,
            valid_from=_read("from", cells, lambda text: instant(text, zone)),
            valid_until=_read("until", cells, lambda text: instant(text, zone, end_of_day=True)),
            periods=periods(cells.get("days", ""), cells.get("hours", "")),
        )
    except NoSheet:  # a ValueError too
        raise
    except ValidationError:
        raise _refusal("until") from None
    except ValueError as error:  # names its column
        raise _refusal(str(error)) from None


def _read(column: str, cells: dict[str, str], reading: Callable[[str], datetime]) -> datetime | None:
    text = cells.get(column, "")
    try:
        return reading(text) if text else None
    except ValueError:
        raise _refusal(column) from None


def _refusal(column: str) -> NoSheet:
    (zh, en), chinese = ACCEPTED[column], _chinese(column)
    return NoSheet(f"{chinese}：{zh}", f"{column}: {en}", f"{chinese} {column}: {zh} {en}")


def _chinese(column: str) -> str:
    """What a column is called, as in `ACCEPTED`."""
    return next(heading for heading in COLUMNS[column] if not heading.isascii())


def normalised(text: str) -> str:
    """A plate as it is compared: capitals, without blanks and dots, and no letters O and I in the serial number.

    GA 36 has neither letter there, so whoever wrote one meant the digit.
    """
    plate = DOTS.sub("", _plain(text)).upper()
    return plate[:2] + plate[2:].replace("O", "0").replace("I", "1")
