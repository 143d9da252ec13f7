"""A chart of a meter with the table that says the same, and where to turn from there."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from cloud.console.meter_filter import Choice
from cloud.console.meter_periods import Period, Span, is_shown
from cloud.console.meter_series import Series, Slot
from cloud.console.meter_words import METER
from cloud.console.words import WORDS, Word

LABELS: Final = {Span.DAY: "%H:%M", Span.WEEK: "%m-%d", Span.MONTH: "%m-%d", Span.YEAR: "%Y-%m"}
CLOSER: Final = {Span.WEEK: Span.DAY, Span.MONTH: Span.DAY, Span.YEAR: Span.MONTH}  # what a slot is looked into as
KEPT: Final = timedelta(days=400)  # quarter hours are kept at least so long (`history.quarters_days`), days for ever
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Row:
    """A slot as it is shown; `register` is empty where nothing was read, `use` where it is not known."""

    label: str
    iso: str
    use: str
    register: str
    readings: int
    missing: Word | None  # days without a reading
    path: str  # of the chart of this slot alone; empty: there is none
    is_gap: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A period's chart."""

    title: str
    weekday: Word | None
    heading: Word
    first_column: Word
    rows: tuple[Row, ...]
    total: str  # empty: nothing is known
    stretch: tuple[str, str] | None  # the register at first and at last
    gaps: int
    spans: tuple[Choice, ...]
    earlier: str  # empty: no page shows it
    later: str
    latest: str  # where it was read last; empty: never, or here
    is_old: bool  # perhaps something was read and only its days are kept


def plot(series: Series, *, path: str, day: date, today: date, latest: date | None) -> Plot:
    """Lay a period out.

    Args:
        path: of the meter's page.
        day: the one that was asked for, kept when longer and shorter periods are chosen.
        latest: when it was read last.
    """
    period, places = series.period, _places(series)
    before, after = period.beside(-1).first, period.beside(1).first
    return Plot(
        title=_title(period),
        weekday=WORDS[f"weekday.{WEEKDAYS[day.weekday()]}"] if period.span is Span.DAY else None,
        heading=METER[f"use.{period.span}"],
        first_column=METER[f"slot.{period.span}"],
        rows=tuple(_row(slot, period.span, path, places) for slot in series.slots),
        total=_text(series.total, places),
        stretch=series.stretch and (_text(series.stretch[0], places), _text(series.stretch[1], places)),
        gaps=series.gaps,
        spans=tuple(Choice(METER[f"span.{span}"], _path(path, span, day), holds=span is period.span) for span in Span),
        earlier=_path(path, period.span, before) if is_shown(before) else "",
        later=_path(path, period.span, after) if after <= today else "",
        latest="" if latest is None or not _is_elsewhere(latest, period) else _path(path, period.span, latest),
        is_old=period.span is Span.DAY and today - period.first > KEPT,
    )


def _is_elsewhere(latest: date, period: Period) -> bool:
    """Whether it was read last in another period that a page shows."""
    return is_shown(latest) and Period.of(period.span, latest) != period


def _path(path: str, span: Span, day: date) -> str:
    return f"{path}?span={span}&day={day.isoformat()}"


def _title(period: Period) -> str:
    match period.span:
        case Span.DAY:
            return period.first.isoformat()
        case Span.WEEK:
            return f"{period.first.isoformat()} – {period.beside(1).first - timedelta(days=1):%m-%d}"
        case Span.MONTH:
            return f"{period.first:%Y-%m}"
        case Span.YEAR:
            return f"{period.first:%Y}"


def _places(series: Series) -> int:
    """How many decimal places the meter's register was told with."""
    exponents = [slot.register.as_tuple().exponent for slot in series.slots if slot.register is not None]
    return max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)


def _text(value: Decimal | None, places: int) -> str:
    return "" if value is None else f"{value:.{max(places, 0)}f}"


def _row(slot: Slot, span: Span, path: str, places: int) -> Row:
    return Row(
        label=slot.since.strftime(LABELS[span]),
        iso=slot.since.isoformat(timespec="minutes"),
        use=_text(slot.use, places),
        register=_text(slot.register, places),
        readings=slot.readings,
        missing=METER["missing"].fill(n=slot.missing) if slot.missing else None,
        path=_path(path, CLOSER[span], slot.since.date()) if span in CLOSER and not slot.is_ahead else "",
        is_gap=slot.is_gap,
        is_ahead=slot.is_ahead,
    )
