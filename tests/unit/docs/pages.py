"""The documents as the tests read them."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

ROOT: Final = Path(__file__).resolve().parents[3]
PAGES: Final = tuple(
    sorted(
        path.relative_to(ROOT)
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "adr").glob("*.md"))
    )
)

_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ANCHOR: Final = re.compile(r"<a id=\"([^\"]+)\">")


def read(page: Path | str) -> str:
    """A page's text, by its path from the root."""
    return (ROOT / page).read_text(encoding="utf-8")


def links(text: str) -> list[str]:
    """Targets of links and pictures, outside code."""
    return [markdown or html for markdown, html in _LINK.findall(_FENCE.sub("", text))]


def anchors(text: str) -> set[str]:
    """What a link into this page may name after `#`, as forges make it from headings."""
    return {slug(heading) for heading in _HEADING.findall(_FENCE.sub("", text))} | set(_ANCHOR.findall(text))


def slug(heading: str) -> str:
    """A heading's anchor: lower case, punctuation gone, blanks as hyphens."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def target(page: Path, link: str) -> tuple[Path, str]:
    """The file that a relative link leads to, and the place in it."""
    path, _, place = unquote(link).partition("#")
    return (ROOT / page.parent / path if path else ROOT / page).resolve(), place


def code(text: str, language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def section(text: str, heading: str) -> str:
    """The text under a heading, down to the next one of its rank or above."""
    plain = _FENCE.sub(lambda block: block[0].replace("#", " "), text)  # a comment in code is no heading
    start = re.search(rf"^(#+) {re.escape(heading)}.*$", plain, re.MULTILINE)
    assert start is not None, f"no heading {heading!r}"
    end = re.compile(rf"^#{{1,{len(start[1])}}} ", re.MULTILINE).search(plain, start.end())
    return text[start.end() : end.start() if end else len(text)]


def named(text: str) -> set[str]:
    """What stands in code marks, outside code blocks."""
    return set(re.findall(r"`([^`\n]+)`", _FENCE.sub("", text)))
