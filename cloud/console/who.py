"""Who answers for a case, at which level, where it came from, and which cases belong to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cloud.accounts import OrganisationService
from cloud.cases.domain import Case, CaseView, Extension, Link
from cloud.cases.vocabulary import Level
from cloud.console import desk_words as words
from cloud.console.due import allowed
from cloud.console.facts import Eye, Fact, called, listed
from cloud.console.times import wall
from cloud.console.words import Word


@dataclass(frozen=True, slots=True)
class Rung:
    """One of the three levels."""

    name: Word
    is_here: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An extension that waits for a decision."""

    text: Word
    why: Word


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reported from outside."""

    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """Who, in one place."""

    levels: tuple[Rung, ...]
    level: Word  # what the level means
    facts: tuple[Fact, ...]
    links: tuple[Fact, ...]
    asked: Asked | None
    told: Told | None


def who(view: CaseView, eye: Eye) -> Who:
    """Who answers for it."""
    case = view.case
    return Who(
        levels=tuple(Rung(words.LEVELS[level], is_here=level is case.level) for level in Level),
        level=words.LEVELS_WHY[case.level],
        facts=tuple(_facts(case, eye)),
        links=tuple(_linked(link) for link in view.links),
        asked=None if case.extension is None else _asked(case.extension, eye),
        told=_told(case),
    )


def in_charge(view: CaseView) -> frozenset[str]:
    """The organisations that a case and its history name."""
    told = [part for entry in view.history for part in (entry.before, entry.after)]
    named = [view.case.responsible, *view.case.assisting, *(each.get("responsible") for each in told)]
    named += [name for each in told if isinstance(helping := each.get("assisting"), list) for name in helping]
    return frozenset(name for name in named if isinstance(name, str))


def paths(view: CaseView) -> Mapping[str, str]:
    """Where the cases are that belong to it, by their numbers: those that the reader may see."""
    related = [link.related for link in view.links if link.related is not None]
    return {each.number: f"/cases/{each.id}" for each in related}


async def workplace(organisations: OrganisationService, organisation: str | None) -> Word | None:
    """What the organisation is called that somebody works for; None: they work for none."""
    return None if organisation is None else called(organisation, await organisations.named({organisation}))


async def communities_called(organisations: OrganisationService, communities: Collection[str]) -> Mapping[str, Word]:
    """What communities are called; one in no tree is called as gateways call it."""
    holders = await organisations.standing_for(communities)
    return {each: called(each, holders) for each in communities}


def _facts(case: Case, eye: Eye) -> list[Fact]:
    told = [
        Fact(words.RESPONSIBLE, words.UNNAMED if case.responsible is None else called(case.responsible, eye.names)),
        Fact(words.HANDLER, words.NOBODY if case.handler is None else Word.same(case.handler)),
    ]
    if case.assisting:
        told.append(Fact(words.ASSISTING, listed([called(each, eye.names) for each in case.assisting])))
    if case.term is not None:
        told.append(Fact(words.DUE, allowed(case.term)))
    told.append(Fact(words.PRIORITY, words.PRIORITIES[case.priority]))
    told.append(Fact(words.SOURCE, words.SOURCES[case.source]))
    return told


def _linked(link: Link) -> Fact:
    label = words.BONDS[link.kind, link.outward]
    if link.related is None:
        return Fact(label, words.ELSEWHERE)
    return Fact(label, Word.same(link.related.number), path=f"/cases/{link.related.id}")


def _asked(extension: Extension, eye: Eye) -> Asked:
    text = words.EXTENSION.fill(until=wall(extension.until, eye.now, eye.zone))
    return Asked(text, words.EXTENSION_BY.fill(by=extension.by, reason=extension.reason))


def _told(case: Case) -> Told | None:
    if case.report is None:
        return None
    facts = [Fact(words.REPORT_PLACE, Word.same(case.report.place))]
    if case.report.reporter:
        facts.append(Fact(words.REPORT_NUMBER, Word.same(case.report.reporter)))
    return Told(case.report.text, tuple(facts))
