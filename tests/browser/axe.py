"""What axe-core finds on a page: the rules of WCAG 2.2 A and AA."""

from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page

from tests.conftest import ROOT

SCRIPT: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN: Final = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], iframes: false});
  return found.violations.filter((each) => ["serious", "critical"].includes(each.impact)).map(
    (each) => [each.impact, each.id, ...each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))].join(" | "));
}"""


def source(script: Path = SCRIPT) -> str:
    """The program as text: a page's content policy does not stop what the browser's driver evaluates."""
    if not script.is_file():
        pytest.skip("no axe-core: make setup fetches it")
    return script.read_text(encoding="utf-8")


async def faults(page: Page) -> list[str]:
    """Serious and critical faults, each with the rule and where."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(source())
    found: list[str] = await page.evaluate(RUN)
    return found
