"""The page on cases says of each action what the table says."""

from pathlib import Path

import pytest

from cloud.accounts import Role
from cloud.cases.flow import FLOW
from cloud.cases.terms import DEFAULTS
from cloud.cases.vocabulary import ACTION_NAMES, OPEN, Action, Stage

PAGE = (Path(__file__).parents[3] / "docs" / "cases.md").read_text(encoding="utf-8")


def _from(stages: frozenset[Stage]) -> str:
    if stages in {frozenset(Stage), frozenset(OPEN)}:
        return "any" if len(stages) == len(Stage) else "any open"
    return ", ".join(f"`{stage}`" for stage in Stage if stage in stages)


@pytest.mark.parametrize("action", list(Action))
def test_each_action_is_on_the_page_as_it_is(action: Action) -> None:
    rule = FLOW[action]
    cells = (
        f"`{action}` {ACTION_NAMES[action].zh}",
        _from(rule.start),
        "—" if rule.to is None else f"`{rule.to}`",
        ", ".join(role for role in Role if role in rule.by),
        ", ".join(sorted(rule.needs)) or "—",
        "yes" if rule.suspended else "—",
    )
    assert f"| {' | '.join(cells)} |" in PAGE.splitlines()


def test_each_default_term_is_on_the_page() -> None:
    for kind, term in DEFAULTS.items():
        unit = term.unit.replace("_", " ")
        unit = unit.removesuffix("s") if term.amount == 1 else unit
        assert f"| `{kind}` | {term.amount:g} {unit} |" in PAGE.splitlines()
