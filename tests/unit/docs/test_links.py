"""Every link and picture of the documents leads to something that is there."""

from pathlib import Path

import pytest

from tests.unit.docs.pages import PAGES, ROOT, anchors, code, links, read, section, target

INSIDE = [
    pytest.param(page, link, id=f"{page}:{link}")
    for page in PAGES
    for link in links(read(page))
    if not link.startswith(("https://", "http://", "mailto:"))
]


@pytest.mark.parametrize(("page", "link"), INSIDE)
def test_a_relative_link_leads_to_a_file_of_the_repository(page: Path, link: str) -> None:
    path, place = target(page, link)
    assert path.is_relative_to(ROOT), "outside the repository"
    assert path.exists()
    if place:
        assert place in anchors(path.read_text(encoding="utf-8"))


def test_links_are_found_at_all() -> None:
    assert len(INSIDE) > 50
    assert links('[a](b.md#c) ![d](e.png)\n```\n[no](no.md)\n```\n<img src="f.png">') == ["b.md#c", "e.png", "f.png"]


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    for readme in (Path("README.md"), Path("README.zh-CN.md")):
        reached = {target(readme, link)[0] for link in links(read(readme)) if "://" not in link}
        missing = [page for page in PAGES if page.parent == Path("docs") and ROOT / page not in reached]
        assert missing == [], readme


def test_both_readmes_have_the_same_commands_and_links() -> None:
    english, chinese = read("README.md"), read("README.zh-CN.md")
    assert [line.split("#")[0].strip() for block in code(english, "sh") for line in block.splitlines()] == [
        line.split("#")[0].strip() for block in code(chinese, "sh") for line in block.splitlines()
    ]
    assert set(links(english)) - {"README.zh-CN.md"} == set(links(chinese)) - {"README.md"}


def test_a_section_ends_at_the_next_heading_of_its_rank() -> None:
    assert section("# a\n\n## b\nx\n### c\ny\n## d\nz\n", "b").split() == ["x", "###", "c", "y"]
