"""一院一案: one community and period on one page, to print and to hang up."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from cloud.console.evaluation_tree import Chosen, community_name
from cloud.console.evaluation_views import Cell, cells, dossier_path, few, issued, left_out, path
from cloud.console.evaluation_words import EVALUATION, period_word
from cloud.console.words import Word
from cloud.evaluation.domain import Complaints
from cloud.evaluation.service import Dossier

NAMES: Final = (
    "opened",
    "discovery",
    "filed",
    "closed",
    "due",
    "handled_on_time",
    "closed_on_time",
    "rework",
    "reopened",
    "extended",
    "length",
    "stars",
    "good",
    "bad",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One cause: how many, and how long its bar is, 0 to 100."""

    text: Word
    n: int
    percent: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """A case that is overdue."""

    number: str
    path: str
    kind: Word
    place: str
    due: str
    rework: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything it says. `rows` are measures, each now and in the period before."""

    id: str
    name: Word
    period: str  # in addresses and names of files
    called: Word
    pdf: str
    back: str
    earlier: str
    later: str
    simulated: bool
    left_out: Word | None  # that simulated cases are not counted; None: none is left out
    is_problem: bool
    place: Word
    complaints: Complaints
    per_hundred: str
    by_size: bool
    few: Word | None
    rows: tuple[tuple[Cell, Cell], ...]
    before: Word
    causes: tuple[tuple[Word, tuple[Bar, ...]], ...]
    hours: tuple[Bar, ...]
    overdue: tuple[Overdue, ...]
    more: Word | None  # how many others are overdue; None: `overdue` has them all
    issued: Word


def dossier_page(dossier: Dossier, chosen: Chosen, *, now: datetime, zone: tzinfo, who: str) -> Page:
    """Lay a community's page out."""
    community, period, ranking = dossier.community, dossier.period, dossier.ranking
    complaints = next((each for each in ranking.all if each.community == community), Complaints(community, 0, 0, 0))
    later = period.beside(1)
    causes = dossier.causes
    return Page(
        id=community,
        name=community_name(community, chosen.tree),
        period=period.text,
        called=period_word(period),
        pdf=dossier_path(community, period, "/sheet.pdf"),
        back=path(period),
        earlier=dossier_path(community, period.beside(-1)),
        later=dossier_path(community, later) if later.edges(zone)[0] <= now else "",
        simulated=dossier.simulated,
        left_out=left_out(dossier.left_out),
        is_problem=any(each.community == community for each in ranking.problems),
        place=_place(ranking.place(community), max(len(ranking.all), chosen.communities)),
        complaints=complaints,
        per_hundred="" if complaints.per_hundred is None else f"{complaints.per_hundred:.2f}",
        by_size=ranking.by_size,
        few=few(ranking),
        rows=tuple(zip(cells(dossier.total, NAMES), cells(dossier.before, NAMES), strict=True)),
        before=period_word(period.beside(-1)),
        causes=(
            (EVALUATION["causes.kinds"], _bars([(EVALUATION[f"kind.{kind}"], n) for kind, n in causes.kinds])),
            (
                EVALUATION["causes.sources"],
                _bars([(EVALUATION[f"source.{source}"], n) for source, n in causes.sources]),
            ),
            (EVALUATION["causes.places"], _bars([(Word(place, place), n) for place, n in causes.places])),
        ),
        hours=_bars([(Word(f"{hour:02d}", f"{hour:02d}"), n) for hour, n in enumerate(causes.hours)]),
        overdue=tuple(
            Overdue(
                each.number,
                f"/cases/{each.id}",
                EVALUATION[f"kind.{each.kind}"],
                each.place,
                f"{each.due_at.astimezone(zone):%Y-%m-%d %H:%M}",
                each.rework,
            )
            for each in dossier.standing
        ),
        more=_more(dossier.overdue - len(dossier.standing)),
        issued=issued(now, zone, who),
    )


def _place(place: int | None, all_of_them: int) -> Word:
    if place is None:
        return EVALUATION["rank.none"]
    return EVALUATION["rank.of"].fill(place=place, all=all_of_them)


def _more(others: int) -> Word | None:
    return EVALUATION["standing.more"].fill(n=others) if others > 0 else None


def _bars(counted: list[tuple[Word, int]]) -> tuple[Bar, ...]:
    most = max((n for _, n in counted), default=0) or 1
    return tuple(Bar(text, n, round(100 * n / most)) for text, n in counted)
