"""An evaluation as its page, its files and its JSON show it: names, values, and what each is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import quote, urlencode

from cloud.accounts.organisations import Kind, Organisation
from cloud.cases.vocabulary import CaseKind
from cloud.console.evaluation_tree import Chosen, community_name, tally_of
from cloud.console.evaluation_words import EVALUATION, period_word, span_word
from cloud.console.facts import name_of, word
from cloud.console.words import Word
from cloud.evaluation.domain import Complaints, LeftOut, Month
from cloud.evaluation.figures import TABLE, Tally
from cloud.evaluation.measures import BY_NAME, SHOWN, Value
from cloud.evaluation.periods import Period, Span
from cloud.evaluation.problems import Ranking
from cloud.evaluation.service import Evaluation

MAX_ROWS: Final = 500  # organisations on a page and in a file
MAX_OPTIONS: Final = 300  # to choose from
MAX_RANKED: Final = 10  # communities by complaints
COLUMNS: Final = (
    "opened",
    "discovery",
    "filed",
    "closed",
    "due",
    "handled_on_time",
    "closed_on_time",
    "rework",
    "reopened",
    "length",
    "stars",
    "good",
    "bad",
)  # of the table by organisation; a file has them all
_SECOND: Final = timedelta(seconds=1)
RATES: Final = ("handled_on_time", "closed_on_time")
LENGTHS: Final = ("length", "working_length")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and what it is made of."""

    name: str
    called: Word
    formula: Word
    sure: bool
    value: Value

    @property
    def text(self) -> str:
        """As a person reads it."""
        return self.value.text

    @property
    def made_of(self) -> str:
        """Its numerator and denominator."""
        return self.value.made_of

    @property
    def number(self) -> str:
        """As a chart wants it; empty where there is nothing to measure."""
        rounded = self.value.rounded
        return "" if rounded is None else str(rounded)


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation: `depth` from 0 says how far below the top it stands."""

    id: str
    kind: Word
    name: Word
    depth: int
    path: str  # of its own evaluation; empty: there is none
    cells: tuple[Cell, ...]

    @property
    def shown(self) -> tuple[Cell, ...]:
        """Those that a table has room for: `COLUMNS`."""
        return tuple(cell for cell in self.cells if cell.name in COLUMNS)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the trend."""

    name: str
    kinds: tuple[int, ...]  # in the order of `CaseKind`
    cells: tuple[Cell, ...]  # RATES, then LENGTHS


@dataclass(frozen=True, slots=True)
class Problem:
    """A community that is complained about. `is_problem`: it is among the top 5 %."""

    name: Word
    path: str
    complaints: Complaints
    per_hundred: str
    is_problem: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several to choose from."""

    text: Word
    value: str
    holds: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the page says."""

    period: Period
    title: str  # of the period, in addresses and names of files
    called: Word
    days: str
    spans: tuple[Choice, ...]
    earlier: str
    later: str  # empty: it has not begun
    is_running: bool
    who: Word
    options: tuple[Choice, ...]
    chosen: str
    community: str | None  # where it is about a single one
    simulated: bool
    left_out: Word | None  # that simulated cases are not counted; None: none is left out
    counts_not: LeftOut
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    is_cut: bool
    columns: tuple[Cell, ...]  # heads of `lines`
    months: tuple[MonthLine, ...]
    kinds: tuple[Word, ...]
    ranked: tuple[Problem, ...]  # the most complaints first: the problems, and some below them
    few: Word | None  # there are too few communities for any to be named a problem
    by_size: bool
    files: tuple[tuple[str, str], ...]  # CSV, XLSX, PDF and their paths
    issued: Word

    @property
    def problems(self) -> tuple[Problem, ...]:
        """问题小区."""
        return tuple(each for each in self.ranked if each.is_problem)


def cells(tally: Tally, names: Sequence[str] | None = None) -> tuple[Cell, ...]:
    """Measures of a tally: all, or those named."""
    return tuple(_cell(measure.of(tally)) for measure in (SHOWN if names is None else map(BY_NAME.__getitem__, names)))


def _cell(value: Value) -> Cell:
    measure = value.measure
    formula = word(measure.formula)
    return Cell(measure.name, word(measure.called), formula, measure.sure, value)


def board(evaluation: Evaluation, chosen: Chosen, *, now: datetime, zone: tzinfo, who: str) -> Board:
    """Lay an evaluation out."""
    period, top = evaluation.period, "" if chosen.top is None else chosen.top.id
    since, until = period.edges(zone)
    after = period.beside(1)
    lines = lines_of(evaluation, chosen)
    return Board(
        period=period,
        title=period.text,
        called=period_word(period),
        days=f"{since.astimezone(zone):%Y-%m-%d} – {(until - _SECOND).astimezone(zone):%Y-%m-%d}",
        spans=tuple(
            Choice(span_word(span), path(Period.of(span, period.first), top), holds=span is period.span)
            for span in Span
        ),
        earlier=path(period.beside(-1), top),
        later=path(after, top) if after.edges(zone)[0] <= now else "",
        is_running=now < until,
        who=EVALUATION["organisation.all"] if chosen.top is None else name_of(chosen.top),
        options=_options(chosen),
        chosen=top,
        community=chosen.scope.only,
        simulated=evaluation.simulated and _has_cases(evaluation),
        left_out=left_out(evaluation.left_out),
        counts_not=evaluation.left_out,
        cells=cells(evaluation.total),
        lines=lines[:MAX_ROWS],
        is_cut=len(lines) > MAX_ROWS,
        columns=cells(evaluation.total, COLUMNS),
        months=tuple(_month(month) for month in evaluation.months),
        kinds=tuple(EVALUATION[f"kind.{kind}"] for kind in CaseKind),
        ranked=ranked(evaluation.ranking, chosen, period),
        few=few(evaluation.ranking),
        by_size=evaluation.ranking.by_size,
        files=tuple((form.upper(), path(period, top, f".{form}")) for form in ("csv", "xlsx", "pdf")),
        issued=issued(now, zone, who),
    )


def _has_cases(evaluation: Evaluation) -> bool:
    """Whether anything is counted, in the period or in the twelve months that are shown beside it."""
    tallies = (evaluation.total, *(month.tally for month in evaluation.months))
    return any(month.kinds for month in evaluation.months) or any(each[figure] for each in tallies for figure in TABLE)


def left_out(counted: LeftOut) -> Word | None:
    """That simulated cases are not counted, and how many; None: none is left out."""
    return EVALUATION["left_out"].fill(period=counted.period, year=counted.year) if counted.year else None


def issued(now: datetime, zone: tzinfo, who: str) -> Word:
    """Who made a page or file, and when."""
    return EVALUATION["issued"].fill(who=who, at=f"{now.astimezone(zone):%Y-%m-%d %H:%M}")


def lines_of(evaluation: Evaluation, chosen: Chosen) -> tuple[Line, ...]:
    """Each organisation under the chosen one, then communities that belong to none."""
    below, period = chosen.below, evaluation.period
    lines = [_line(each, chosen, evaluation) for each in below]
    named = {each.community for each in chosen.tree if each.community is not None}
    others = sorted({part.community for part in evaluation.parts} - named)
    for community in others if chosen.top is None else ():
        tally = Tally.sum(part.tally for part in evaluation.parts if part.community == community)
        at = dossier_path(community, period) if any(tally[figure] for figure in TABLE) else ""
        lines.append(Line(community, EVALUATION["of.community"], Word(community, community), 0, at, cells(tally)))
    return tuple(lines)


def _line(organisation: Organisation, chosen: Chosen, evaluation: Evaluation) -> Line:
    tally = tally_of(organisation, chosen.tree, evaluation.parts)
    depth = organisation.depth - min(each.depth for each in chosen.below)
    kind = EVALUATION[f"of.{organisation.kind}"]
    here = path(evaluation.period, organisation.id)
    return Line(organisation.id, kind, name_of(organisation), depth, here, cells(tally))


def _month(month: Month) -> MonthLine:
    kinds = dict(month.kinds)
    return MonthLine(month.name, tuple(kinds.get(kind, 0) for kind in CaseKind), cells(month.tally, RATES + LENGTHS))


def ranked(ranking: Ranking, chosen: Chosen, period: Period) -> tuple[Problem, ...]:
    """The communities that are complained about most: at most `MAX_RANKED`, or all that are problems."""
    complained = [each for each in ranking.all if each.count][: max(MAX_RANKED, ranking.worst)]
    return tuple(
        Problem(
            community_name(each.community, chosen.tree),
            dossier_path(each.community, period),
            each,
            "" if each.per_hundred is None else f"{each.per_hundred:.2f}",
            place < ranking.worst,
        )
        for place, each in enumerate(complained)
    )


def few(ranking: Ranking) -> Word | None:
    """That there are too few communities for any to be a problem; None: there are enough."""
    return None if ranking.is_wide else EVALUATION["problems.few"].fill(n=ranking.communities)


def _options(chosen: Chosen) -> tuple[Choice, ...]:
    """Whom to choose from, the upper ones before all others where there are too many."""
    order = list(Kind)
    kept = sorted(chosen.tree, key=lambda each: order.index(each.kind))[:MAX_OPTIONS]
    top = "" if chosen.top is None else chosen.top.id
    return tuple(
        Choice(name_of(each), each.id, holds=each.id == top, depth=each.depth)
        for each in sorted(kept, key=lambda each: each.path)
    )


def path(period: Period, organisation: str = "", form: str = "") -> str:
    """Where a period's evaluation is, or its file."""
    query = {"period": period.text} | ({"organisation": organisation} if organisation else {})
    return f"/evaluation{form}?{urlencode(query)}"


def dossier_path(community: str, period: Period, form: str = "") -> str:
    """Where a community's page is, or its PDF."""
    return f"/evaluation/communities/{quote(community, safe='')}{form}?{urlencode({'period': period.text})}"
