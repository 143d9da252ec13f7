"""A community's page on paper: one sheet, whatever the tables allow to be said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pypdfium2  # type: ignore[import-untyped]
import pytest

from cloud.accounts.domain import MAX_NAME as USER
from cloud.accounts.organisations import MAX_NAME, Kind, Organisation
from cloud.cases.intake import MAX_PLACE
from cloud.cases.vocabulary import CaseKind, Source
from cloud.console import dossier_pdf
from cloud.console.dossier import dossier_page
from cloud.console.evaluation_tree import Chosen
from cloud.evaluation.domain import Causes, Complaints, LeftOut, Standing
from cloud.evaluation.figures import Figure, Tally
from cloud.evaluation.periods import Period
from cloud.evaluation.problems import rank
from cloud.evaluation.repository import MAX_PLACES, MAX_STANDING
from cloud.evaluation.service import Dossier
from cloud.scope import EVERYTHING

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
OTHERS = 987_654
LATIN = "Building 3 gate & <bicycle> shed " * 20
CHINESE = "三号楼东单元门口非机动车棚旁" * 20
UGLY = "WWWW\n𠮷𠮷" * 50


@pytest.mark.parametrize(
    ("place", "simulated"),
    [(LATIN, True), (CHINESE, False), (UGLY, False), ("門", True)],
    ids=["latin", "chinese", "ugly", "short"],
)
def test_one_sheet_holds_the_most_there_may_be(place: str, *, simulated: bool) -> None:
    own = Organisation("c0", Kind.COMMUNITY, None, place[:MAX_NAME], place[:MAX_NAME], "c0", "/c0/")
    page = dossier_page(
        most(place, simulated=simulated), Chosen(own, (own,), EVERYTHING), now=NOW, zone=ZONE, who="w" * USER
    )
    paper = pypdfium2.PdfDocument(dossier_pdf.document(page))
    said = paper[0].get_textpage().get_text_bounded()
    assert len(paper) == 1
    for told in ("2026年11月", "2020-02-02", "w" * USER, str(OTHERS), "整治措施"):
        assert told in said
    assert ("…" in said) is (len(place) > 1)


def most(place: str, *, simulated: bool) -> Dossier:
    """As much as the limits of intake and of the queries let there be."""
    count = 9_999_999
    tally = Tally(dict.fromkeys(Figure, float(count)))
    complaints = [
        Complaints("c0", count, count, count, 99_999),
        *(Complaints(f"c{n}", 1, 1, 1, 500) for n in range(20)),
    ]
    places = tuple((f"{n}{place}"[:MAX_PLACE], count) for n in range(MAX_PLACES))
    kinds, sources = (tuple((each, count) for each in CaseKind), tuple((each.value, count) for each in Source))
    causes = Causes(kinds, sources, places, (count,) * 24)
    due = datetime(2020, 2, 2, tzinfo=UTC)
    standing = tuple(
        Standing(str(n), f"LL-20200202-{n:04d}", CaseKind.THROWN, place, due, 99) for n in range(MAX_STANDING)
    )
    left_out = LeftOut() if simulated else LeftOut(count, count)
    ranking = rank(complaints, 2000)
    overdue = MAX_STANDING + OTHERS
    return Dossier("c0", Period.parse("2026-11"), simulated, left_out, tally, tally, ranking, causes, standing, overdue)
