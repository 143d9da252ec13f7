"""The evaluation's pages and files, over the real database: what is shown, to whom, and how it is written down."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import httpx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from cloud.accounts.organisations import Given, Kind
from cloud.db import transaction
from tests.integration.console.site import LEAD, Site
from tests.integration.evaluation.stock import add

NOW = datetime.now(UTC)
TREE = (
    Given("city", Kind.CITY, None, "三明市", "Sanming"),
    Given("dongjie", Kind.STREET, "city", "东街街道", "Dongjie"),
    Given("xijie", Kind.STREET, "city", "西街街道", "Xijie"),
    Given("lantian", Kind.COMMUNITY, "dongjie", "蓝天小区", "Lantian", "lantian"),
    Given("hupan", Kind.COMMUNITY, "xijie", "湖畔小区", "Hupan", "hupan"),
    Given("wanhe", Kind.PROPERTY, "lantian", '=HYPERLINK("万和")', "Wanhe"),
)


async def settle(site: Site, organisation: str | None = None) -> httpx.AsyncClient:
    """A tree, three cases in Lantian and one in Hupan; a browser of a lead of some organisation."""
    await site.services.organisations.put(TREE, by="test")
    engine, opened = site.world.engine, NOW - timedelta(minutes=5)
    done = {"reported_at": NOW, "closed_at": NOW, "closed_by": "camera", "due_at": NOW - timedelta(minutes=1)}
    await add(engine, 2, opened=opened, responsible="wanhe", **done)
    await add(engine, opened=opened, stage="handling", responsible="wanhe", due_at=NOW - timedelta(minutes=1))
    await add(engine, opened=opened, community="hupan", source="hotline")
    if organisation is not None:
        async with transaction(engine) as connection:
            await connection.execute(
                text("update users set organisation = :it where name = :who"), {"it": organisation, "who": LEAD}
            )
    return await site.staff(LEAD)


async def test_the_page_shows_each_measure_with_its_formula_and_what_it_is_made_of(site: Site) -> None:
    browser = await settle(site)
    page = (await browser.get("/evaluation")).text
    assert "最后一次上报处理完毕的 ÷ 应处置数" in page
    assert "last reported handled by the deadline ÷ due" in page
    assert "66.66 %" in page  # handled of due: rounded down
    assert "2 / 3" in page
    assert "蓝天小区" in page
    assert "湖畔小区" in page
    assert "模拟数据" not in page


@pytest.mark.parametrize(
    ("organisation", "sees", "hidden"), [("dongjie", "蓝天小区", "湖畔小区"), ("wanhe", "HYPERLINK", "湖畔小区")]
)
async def test_nobody_sees_beyond_their_part_of_the_tree(site: Site, organisation: str, sees: str, hidden: str) -> None:
    browser = await settle(site, organisation)
    page = (await browser.get("/evaluation")).text
    assert sees in page
    assert hidden not in page
    elsewhere = "hupan"
    for door in ("/evaluation", "/evaluation.csv", "/evaluation.xlsx", "/evaluation.pdf", "/api/evaluation"):
        assert (await browser.get(door, params={"organisation": elsewhere})).status_code == 404
    assert (await browser.get(f"/evaluation/communities/{elsewhere}")).status_code == 404
    assert (await browser.get(f"/evaluation/communities/{elsewhere}/sheet.pdf")).status_code == 404


async def test_a_property_company_is_told_of_its_own_cases(site: Site) -> None:
    browser = await settle(site, "wanhe")
    said = (await browser.get("/api/evaluation")).json()
    measures = {each["name"]: each for each in said["measures"]}
    assert said["organisation"] == "wanhe"
    assert (measures["due"]["value"], measures["handling"]["numerator"]) == ("3", 2)
    assert measures["stars"] | {"formula_zh": "", "formula_en": ""} == {
        "name": "stars",
        "called_zh": "群众评分",
        "called_en": "Residents' rating",
        "formula_zh": "",
        "formula_en": "",
        "form": "stars",
        "value": None,
        "numerator": 0,
        "denominator": 0,
        "confirmed": False,
    }


async def test_csv_begins_with_a_mark_and_holds_no_formula(site: Site) -> None:
    browser = await settle(site)
    answer = await browser.get("/evaluation.csv", params={"organisation": "lantian"})
    assert answer.headers["content-disposition"] == f'attachment; filename="evaluation-lantian-{_month()}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert not [value for row in rows for value in row if value.startswith(("=", "+", "-", "@"))]
    found = [row for row in rows if row and row[0].startswith("'=HYPERLINK") and row[2].startswith("处置率")]
    assert [row[3:6] for row in found] == [["66.66 %", "2", "3"]]


async def test_the_spreadsheet_holds_text_and_numbers_and_no_formula(site: Site) -> None:
    browser = await settle(site)
    answer = await browser.get("/evaluation.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["指标", "近 12 个月", "问题小区"]
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    rows = [[str(value) for value in row] for row in book["指标"].values]
    [due] = [row for row in rows if row[0].startswith("蓝天") and row[2].startswith("应处置")]
    assert due[4] == "3"


async def test_pdfs_are_made(site: Site) -> None:
    browser = await settle(site)
    for door in ("/evaluation.pdf", "/evaluation/communities/lantian/sheet.pdf"):
        answer = await browser.get(door)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")


async def test_page_and_files_say_how_many_simulated_cases_are_left_out(site: Site) -> None:
    browser = await settle(site)
    await add(site.world.engine, 7, opened=NOW - timedelta(minutes=5), simulated=True)
    zh, en = "本期 7 件、近 12 个月 7 件模拟案件没有计入", "7 simulated ones of this period and 7 of the last 12 months"
    files = {form: (await browser.get(f"/evaluation.{form}")).content for form in ("csv", "xlsx", "pdf")}
    sheet = load_workbook(io.BytesIO(files["xlsx"]))["指标"]
    said = [
        (await browser.get("/evaluation")).text,
        (await browser.get("/evaluation/communities/lantian")).text,
        files["csv"].decode("utf-8-sig"),
        " ".join(str(value) for row in sheet.values for value in row),
        _read(files["pdf"]),
        _read((await browser.get("/evaluation/communities/lantian/sheet.pdf")).content),
    ]
    for each in said:
        assert _plain(zh) in _plain(each)
        assert _plain(en) in _plain(each)
    assert (await browser.get("/api/evaluation")).json()["simulated_left_out"] == 7


def _read(paper: bytes) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(paper))


def _plain(text: str) -> str:
    """Without spaces and line ends, which a paper's lines break at."""
    return re.sub(r"\s", "", text)


async def test_a_community_has_a_page_of_its_own(site: Site) -> None:
    browser = await settle(site)
    page = (await browser.get("/evaluation/communities/lantian")).text
    assert "蓝天小区" in page
    assert "第 1 位，共 2 个小区" in page
    assert "3号楼北侧" in page
    assert "超期未处置的案件" in page
    assert (await browser.get("/evaluation/communities/nowhere")).status_code == 404


async def test_of_a_few_communities_none_is_a_problem_and_each_has_its_page(site: Site) -> None:
    browser = await settle(site)
    page = (await browser.get("/evaluation")).text
    assert "这里共 2 个小区，不足 20 个" in page
    assert 'class="named"' not in page
    assert "/evaluation/communities/lantian" in page
    assert "本期列为问题小区" not in (await browser.get("/evaluation/communities/lantian")).text
    assert (await browser.get("/api/evaluation")).json()["problems"] == []


async def test_of_twenty_communities_the_worst_is_a_problem(site: Site) -> None:
    browser = await settle(site)
    more = [Given(f"yard-{n}", Kind.COMMUNITY, "dongjie", f"{n}号小区", "", f"yard-{n}") for n in range(18)]
    await site.services.organisations.put(more, by="test")
    page = (await browser.get("/evaluation")).text
    assert page.count('class="named"') == 1
    assert "不评问题小区" not in page
    assert "本期列为问题小区" in (await browser.get("/evaluation/communities/lantian")).text
    assert [each["community"] for each in (await browser.get("/api/evaluation")).json()["problems"]] == ["lantian"]
    book = load_workbook(io.BytesIO((await browser.get("/evaluation.xlsx")).content))
    rows = [row[:3] for row in book["问题小区"].values if str(row[0]).startswith(("蓝天", "湖畔"))]
    assert [(mark or "", n) for _, mark, n in rows] == [("问题小区", 3), ("", 1)]


async def test_where_there_is_nothing_nothing_is_divided(site: Site) -> None:
    browser = await settle(site)
    for door in ("/evaluation", "/evaluation/communities/lantian"):
        page = (await browser.get(door, params={"period": "2001"})).text
        assert "—" in page
        assert re.search(r"/ 0\b(?!\.)", re.sub(r"<[^>]*>", "", page)) is None
        assert "0.00 h" not in page


async def test_simulated_cases_are_marked_wherever_they_are_shown(site: Site) -> None:
    await add(site.world.engine, opened=NOW, simulated=True)
    browser = await site.staff(LEAD)
    for door in ("/evaluation", "/evaluation.csv", "/evaluation/communities/lantian"):
        assert "模拟数据，不是真实案件" in (await browser.get(door)).text
    assert (await browser.get("/api/evaluation")).json()["simulated"] is True


async def test_a_period_is_one_that_there_is(site: Site) -> None:
    browser = await site.staff(LEAD)
    for period in ("2026-13", "2026-H3", "1999", "2200-01", "2026-1", "x" * 100):
        assert (await browser.get("/evaluation", params={"period": period})).status_code == 400, period
    for period in ("2000", "2000-01", "2199", "2199-H2", "2199-12"):
        assert (await browser.get("/evaluation", params={"period": period})).status_code == 200, period


def _month() -> str:
    return (NOW + timedelta(hours=8)).strftime("%Y-%m")
