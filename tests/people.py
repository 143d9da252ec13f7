"""Those who act on cases in tests."""

from typing import Final

from cloud.accounts import Role
from cloud.cases.domain import Actor
from cloud.scope import EVERYTHING, Scope


def person(name: str, role: Role = Role.LEAD, scope: Scope = EVERYTHING) -> Actor:
    """Somebody who may do most things anywhere."""
    return Actor(name, role, scope)


LEAD: Final = person("li.lei")
VERIFIER: Final = person("zhao.min")  # who has reported nothing handled
