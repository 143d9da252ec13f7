"""Whose cases are evaluated: an organisation that somebody may see, with those below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloud.accounts.organisations import Kind, Organisation
from cloud.console.facts import name_of
from cloud.console.words import Word
from cloud.evaluation.domain import Part
from cloud.evaluation.figures import Tally
from cloud.scope import Scope


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is evaluated: `top` and all of `tree` under it, or, without one, everything in `scope`."""

    top: Organisation | None
    tree: tuple[Organisation, ...]  # all that the reader may see, parents first
    scope: Scope

    @property
    def below(self) -> tuple[Organisation, ...]:
        """`top` and those under it; without one, the whole tree."""
        path = "/" if self.top is None else self.top.path
        return tuple(each for each in self.tree if each.path.startswith(path))

    @property
    def answering(self) -> str | None:
        """The property company that answers for the cases, where it is one that is evaluated."""
        return self.top.id if self.top is not None and self.top.kind is Kind.PROPERTY else None

    @property
    def communities(self) -> int:
        """How many there are."""
        return len(communities_of(self.top, self.tree))


def choose(wanted: str | None, tree: Sequence[Organisation], scope: Scope, own: str | None) -> Chosen | None:
    """Choose who is evaluated.

    Args:
        wanted: an organisation's id; None: the reader's own, or everything.
        tree: what the reader may see of it.
        scope: the reader's.
        own: the reader's organisation.
    Returns:
        None: there is no such organisation within the tree.
    """
    top = next((each for each in tree if each.id == (wanted or own)), None)
    if top is None:
        return None if wanted else Chosen(None, tuple(tree), scope)
    communities = communities_of(top, tree)
    # Of a property company the tree that its own people see has no community: their scope holds it.
    within = scope if not communities else Scope(frozenset(filter(scope.covers, communities)))
    return Chosen(top, tuple(tree), within)


def communities_of(top: Organisation | None, tree: Sequence[Organisation]) -> frozenset[str]:
    """The communities under an organisation, and the one that a property company lies in."""
    path = "/" if top is None else top.path
    return frozenset(
        each.community
        for each in tree
        if each.community is not None and (each.path.startswith(path) or path.startswith(each.path))
    )


def tally_of(organisation: Organisation, tree: Sequence[Organisation], parts: Sequence[Part]) -> Tally:
    """What its cases add up to: a property company's are those it answers for, any other's those of its communities."""
    if organisation.kind is Kind.PROPERTY:
        return Tally.sum(part.tally for part in parts if part.answering == organisation.id)
    communities = communities_of(organisation, tree)
    return Tally.sum(part.tally for part in parts if part.community in communities)


def community_name(community: str, tree: Sequence[Organisation]) -> Word:
    """What a community is called; without an organisation, as its gateways call it."""
    return next((name_of(each) for each in tree if each.community == community), Word(community, community))
