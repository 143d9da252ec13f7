"""A list as a person writes it, from a file on the gateway; what may stand in it says `contract.sheets`."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from contract.permits import ListedPermit
from contract.sheets import MAX_SHEET_BYTES, NoSheet, parse_sheet
from edge.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says. `unread` are headings of columns that mean nothing here; what they hold is not looked at."""

    name: str
    permits: tuple[ListedPermit, ...]
    unread: tuple[str, ...] = ()


def read_sheet(path: Path, timezone: str) -> Sheet:
    """Read a list as `contract.sheets.parse_sheet` does; notes in it are left behind.

    Args:
        timezone: IANA name; dates without more are days there, the last one included.
    Raises:
        Misconfigured: the text names the file, lines and columns and what would be accepted, never a plate.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SHEET_BYTES + 1)
    except OSError as error:
        raise Misconfigured(f"{path}: 读不了 cannot be read ({error.strerror})") from None
    try:
        sheet = parse_sheet(raw, ZoneInfo(timezone))
    except NoSheet as fault:
        raise Misconfigured(f"{path}: {fault}") from None
    return Sheet(path.name, tuple(line.permit for line in sheet.lines), sheet.unread)
