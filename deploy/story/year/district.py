"""Who lives and works in the district: communities, the companies that keep them, and how each of them works."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cloud.accounts import Role
from cloud.accounts.organisations import Given, Kind
from cloud.cases.domain import Actor
from cloud.scope import EVERYTHING, Scope

FIRST: Final = datetime(2025, 12, 31, 16, tzinfo=UTC)  # midnight in China


@dataclass(frozen=True, slots=True)
class Manner:
    """How people of a property work. Times in hours; the others are chances, 0 to 1."""

    accept_h: tuple[float, float]
    handle_h: tuple[float, float]
    undone: float  # reported handled and is not
    extend: float
    suspend: float
    drop_late: float  # an overdue case is voided or merged rather than done
    reopen: float


@dataclass(frozen=True, slots=True)
class Community:
    """A community; `often` weighs how often something happens there."""

    id: str
    name: str
    street: str
    manner: Manner
    often: int


HONEST: Final = Manner((0.1, 1.0), (0.3, 3.0), undone=0.04, extend=0.05, suspend=0.06, drop_late=0.0, reopen=0.03)
SLOW: Final = Manner((1.0, 40.0), (2.0, 120.0), undone=0.08, extend=0.15, suspend=0.1, drop_late=0.0, reopen=0.05)
WRONG: Final = Manner((0.1, 4.0), (0.3, 8.0), undone=0.45, extend=0.05, suspend=0.05, drop_late=0.0, reopen=0.12)
POLISHING: Final = Manner((0.1, 2.0), (0.1, 60.0), undone=0.3, extend=0.5, suspend=0.2, drop_late=0.6, reopen=0.08)

COMMUNITIES: Final = (
    Community("lantian", "蓝天小区", "dongjie", HONEST, 2),
    Community("hupan", "湖畔小区", "dongjie", SLOW, 2),
    Community("jinxiu", "锦绣小区", "dongjie", WRONG, 3),
    Community("tonghe", "桐荷小区", "xijie", POLISHING, 3),
    Community("beiyuan", "北苑小区", "xijie", HONEST, 1),
    Community("nanshan", "南山小区", "xijie", SLOW, 1),
)
STREETS: Final = (("dongjie", "东街街道"), ("xijie", "西街街道"))
TREE: Final = (
    Given("city", Kind.CITY, None, "示例市", "Sample City"),
    *(Given(street, Kind.STREET, "city", name, street) for street, name in STREETS),
    *(Given(each.id, Kind.COMMUNITY, each.street, each.name, each.id, each.id) for each in COMMUNITIES),
    *(
        Given(f"{each.id}-wuye", Kind.PROPERTY, each.id, f"{each.name}物业", f"{each.id} property")
        for each in COMMUNITIES
    ),
)
STREET: Final = Actor("street.desk", Role.STREET, EVERYTHING)
APP: Final = Actor("city.app", Role.INTEGRATOR, EVERYTHING)  # 随手拍, where residents rate as well
HOTLINE: Final = Actor("city.12345", Role.INTEGRATOR, EVERYTHING)


def staff(community: str) -> Actor:
    """Somebody of a community's property who handles cases."""
    return Actor(f"{community}.staff", Role.STAFF, Scope(frozenset({community})))


def lead(community: str) -> Actor:
    """Who leads them."""
    return Actor(f"{community}.lead", Role.LEAD, Scope(frozenset({community})))
