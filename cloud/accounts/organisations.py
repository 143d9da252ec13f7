"""The tree of organisations: city, district, street, community, property company."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cloud.accounts.domain import AccountError
from contract.identifiers import is_slug

MAX_ORGANISATIONS: Final = 10_000
MAX_NAME: Final = 80  # characters


class Kind(StrEnum):
    """What an organisation is, from the top of the tree down. Levels may be left out; none stands under itself."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"  # 小区, with its three parties
    PROPERTY = "property"  # the company that keeps it


ORDER: Final[Mapping[Kind, int]] = MappingProxyType({kind: place for place, kind in enumerate(Kind)})


class UnusableOrganisation(AccountError):
    """Something about an organisation is not as it must be; the text says what is accepted."""


class UnknownOrganisation(AccountError):
    """There is no such organisation."""


@dataclass(frozen=True, slots=True)
class Given:
    """An organisation as somebody writes it down.

    Args:
        id: a slug.
        parent: the id of the one above; None: it is the top of a tree.
        community: of kind `COMMUNITY`, what gateways call it in the contract; elsewhere None.
    """

    id: str
    kind: Kind
    parent: str | None
    name_zh: str
    name_en: str = ""
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation(Given):
    """One that is there; `path` holds the ids from the root down, `/city/street/lantian/`."""

    path: str = ""

    @property
    def depth(self) -> int:
        """How many stand above it."""
        return self.path.count("/") - 2


def checked(given: Given) -> Given:
    """An organisation whose parts are each right; its English name is the Chinese one where none is given.

    Raises:
        UnusableOrganisation: and says which part is not.
    """
    for what, slug in (("id", given.id), ("parent", given.parent), ("community", given.community)):
        if slug is not None and not is_slug(slug):
            raise UnusableOrganisation(f"{what}: 小写字母、数字和 -，1 到 63 个 1 to 63 of a-z, 0-9 and '-'")
    zh, en = given.name_zh.strip(), given.name_en.strip()
    if not all(len(name) <= MAX_NAME and (not name or name.isprintable()) for name in (zh, en)) or not zh:
        raise UnusableOrganisation(f"name: 1 到 {MAX_NAME} 个字 1 to {MAX_NAME} printable characters")
    if (given.community is not None) != (given.kind is Kind.COMMUNITY):
        raise UnusableOrganisation(
            "community: 小区必须写，别的不能写 a community says what gateways call it, and nothing else does"
        )
    return Given(given.id, given.kind, given.parent, zh, en or zh, given.community)


def path_below(parent: Organisation | None, child: Given) -> str:
    """The path of an organisation under its parent.

    Raises:
        UnusableOrganisation: one of its kind does not stand under one of the parent's.
    """
    if parent is None:
        return f"/{child.id}/"
    if ORDER[parent.kind] >= ORDER[child.kind]:
        raise UnusableOrganisation(
            f"parent: {child.kind} 不能放在 {parent.kind} 下面 a {child.kind} does not stand under a {parent.kind}; "
            f"the order is {' > '.join(Kind)}"
        )
    return f"{parent.path}{child.id}/"


def order_of_making(given: list[Given]) -> list[Given]:
    """The same, each after its parent where that is among them: a kind stands always under a higher one."""
    return sorted(given, key=lambda each: ORDER[each.kind])
