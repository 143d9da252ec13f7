"""A community's page as PDF: one A4 sheet in Chinese and English, whatever there is to be said of it.

A name takes one line, and what is too long of it ends in …; lists are bounded where they are read. Should all of that
still be too much, everything is drawn a little smaller, never less.
"""

from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, Spacer, Table, TableStyle

from cloud.console.dossier import Bar, Page
from cloud.console.evaluation_pdf import (
    BOTTOM,
    HEAD,
    MARGIN,
    PADDING,
    TOP,
    WARNING,
    Written,
    banner,
    built,
    drawing,
    headed,
    ruled,
)
from cloud.console.evaluation_words import EVALUATION
from cloud.console.lettering import FAINT, both, cut, text, width_of
from cloud.console.words import Word

WIDTH: Final = A4[0] - 2 * MARGIN
HEIGHT: Final = A4[1] - TOP - BOTTOM - 2 * PADDING
TITLE: Final = 15  # points that letters are high
SIDES: Final = 6  # points that a cell keeps free, and somewhat more


def document(page: Page) -> bytes:
    """One sheet, upright. Takes half a second: not for the event loop."""
    title = f"{EVALUATION['dossier'].zh} {page.name.zh} {page.called.zh}"
    with drawing:
        sheet = KeepInFrame(WIDTH, HEIGHT, _story(page), mode="shrink")
        return built([sheet], A4, title, page.issued, simulated=page.simulated)


def _story(page: Page) -> list[Flowable]:
    story: list[Flowable] = _title(page)
    if page.simulated:
        story.append(banner(EVALUATION["simulated"], WIDTH))
    if page.left_out is not None:
        story.append(banner(page.left_out, WIDTH))
    if page.is_problem:
        story += both(EVALUATION["is_problem"], WIDTH, 9, colour=WARNING)
    story += [_complaints(page), Spacer(1, 2 * mm), _compared(page), Spacer(1, 2 * mm)]
    story += [*both(EVALUATION["causes"], WIDTH, 10), _causes(page), _hours(page), Spacer(1, 2 * mm)]
    story += [*both(EVALUATION["standing"], WIDTH, 10), *_overdue(page), Spacer(1, 2 * mm)]
    story += [*both(EVALUATION["plan"], WIDTH, 10), _plan(), Spacer(1, 2 * mm)]
    story += both(EVALUATION["problems.size" if page.by_size else "problems.count"], WIDTH, 6.5)
    return [*story, *([] if page.few is None else both(page.few, WIDTH, 6.5))]


def _title(page: Page) -> list[Flowable]:
    """The community's name gives way, not the period."""
    called, head = page.called, f"{EVALUATION['dossier'].zh}："
    zh = cut(page.name.zh, TITLE, WIDTH - width_of(f"{head} {called.zh}", TITLE) - SIDES)
    en = cut(page.name.en, TITLE, WIDTH - width_of(f", {called.en}", TITLE) - SIDES)
    return both(Word(f"{head}{zh} {called.zh}", f"{en}, {called.en}"), WIDTH, TITLE)


def _complaints(page: Page) -> Flowable:
    told, each = page.complaints, WIDTH / 6
    households = EVALUATION["unknown"]
    if told.households:
        per = EVALUATION["per_hundred"]
        households = Word(f"{told.households}，{per.zh} {page.per_hundred}", f"{per.en} {page.per_hundred}")
    facts = (
        ("rank", page.place),
        ("complaints", Word.same(str(told.count))),
        ("reported", Word.same(str(told.reported))),
        ("found", Word.same(str(told.found))),
        ("overdue", Word.same(str(told.overdue))),
        ("households", households),
    )
    widths = [each] * len(facts)
    return ruled([headed([name for name, _ in facts], widths), [both(value, each, 9) for _, value in facts]], widths)


def _compared(page: Page) -> Flowable:
    """Measures in two columns, each now and before."""
    widths = [WIDTH * part for part in (0.2, 0.17, 0.13)] * 2
    half = (len(page.rows) + 1) // 2
    rows: list[list[Written]] = [headed(("measure", "now", "before") * 2, widths)]
    for at in range(half):
        row: list[Written] = []
        for now, before in page.rows[at::half]:
            made_of = f" ({now.made_of})" if now.made_of else ""
            row += [both(now.called, widths[0], 7), text(f"{now.text}{made_of}", 7), text(before.text, 7)]
        rows.append([*row, *[""] * (len(widths) - len(row))])
    return ruled(rows, widths)


def _causes(page: Page) -> Flowable:
    each = WIDTH / len(page.causes)
    heads: list[Written] = [both(name, each, 7.5, colour=FAINT) for name, _ in page.causes]
    columns = [[_bar(bar, each) for bar in bars[:8]] for _, bars in page.causes]
    return ruled([heads, [column or [text("—", 8)] for column in columns]], [each] * len(columns))


def _bar(bar: Bar, width: float) -> Flowable:
    n = f" — {bar.n}"
    return text(f"{cut(bar.text.plain(), 7.5, width - width_of(n, 7.5) - SIDES)}{n}", 7.5)


def _hours(page: Page) -> Flowable:
    label = WIDTH * 0.1
    each = (WIDTH - label) / 24
    most = max((bar.n for bar in page.hours), default=0) or 1
    name: list[Written] = [both(EVALUATION["causes.hours"], label, 7, colour=FAINT)]
    rows: list[list[Written]] = [[*name, *(text(bar.text.zh, 6) for bar in page.hours)]]
    rows.append(["", *(text(str(bar.n), 7) for bar in page.hours)])
    table = Table(rows, colWidths=[label, *[each] * 24])
    shade = [
        ("BACKGROUND", (1 + at, 1), (1 + at, 1), HexColor(_shade(bar.n / most)))
        for at, bar in enumerate(page.hours)
        if bar.n
    ]
    table.setStyle(TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 0), *shade]))
    return table


def _shade(part: float) -> str:
    """From almost white to a mid green that black letters can be read on."""
    light, dark = (0xF2, 0xF7, 0xF4), (0x86, 0xC5, 0xA9)
    mixed = (round(a + (b - a) * part) for a, b in zip(light, dark, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _overdue(page: Page) -> list[Flowable]:
    if not page.overdue:
        return both(EVALUATION["standing.none"], WIDTH, 8)
    widths = [WIDTH * part for part in (0.18, 0.2, 0.36, 0.17, 0.09)]
    rows: list[list[Written]] = []
    for each in page.overdue:
        place = cut(each.place, 7, widths[2] - SIDES)
        row: list[Written] = [text(each.number, 7), both(each.kind, widths[1], 7), text(place, 7)]
        rows.append([*row, text(each.due, 7), text(f"{EVALUATION['rework'].zh} {each.rework}", 7)])
    return [ruled(rows, widths, head=False), *([] if page.more is None else both(page.more, WIDTH, 7))]


def _plan() -> Flowable:
    widths = [WIDTH * part for part in (0.6, 0.2, 0.2)]
    heads: list[Written] = headed(("plan.what", "plan.who", "plan.until"), widths)
    table = Table([heads, *[["", "", ""]] * 3], colWidths=widths, rowHeights=[None, 9 * mm, 9 * mm, 9 * mm])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, FAINT), ("BACKGROUND", (0, 0), (-1, 0), HEAD)]))
    return table
