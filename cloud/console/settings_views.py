"""What is in force, as it is shown: deadlines, calendar, retention, people, organisations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cloud.accounts import Organisation, User
from cloud.cases.calendar import SATURDAY, WorkCalendar, is_arranged
from cloud.cases.terms import DEFAULTS, EVERYWHERE
from cloud.cases.terms import Terms as Deadlines
from cloud.cases.vocabulary import CaseKind
from cloud.console.account_words import role_word
from cloud.console.due import allowed
from cloud.console.facts import Eye, Fact, called, name_of
from cloud.console.meta_api import KINDS as CASE_KINDS
from cloud.console.settings_words import KINDS, SETTINGS
from cloud.console.words import Word
from cloud.privacy.terms import Terms as Keeping

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """How long cases of a kind may take in one community, or in all that have no term of their own."""

    where: Word
    allowed: Word
    is_default: bool  # nobody has set it


@dataclass(frozen=True, slots=True)
class OfKind:
    """The terms of one kind of case: everywhere first, then communities."""

    kind: Word
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    name: str
    role: Word
    place: Word
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """One organisation of the tree; `depth` counts those that are shown above it, at most 4."""

    id: str
    name: Word
    kind: Word
    community: str
    depth: int


def deadlines(terms: Deadlines, communities: Mapping[str, Word]) -> tuple[OfKind, ...]:
    """All kinds of cases with their terms.

    Args:
        communities: those that the reader may see and that have a row, with their names.
    """
    return tuple(OfKind(CASE_KINDS[kind], tuple(_terms(kind, terms, communities))) for kind in CaseKind)


def _terms(kind: CaseKind, terms: Deadlines, communities: Mapping[str, Word]) -> Iterator[Term]:
    everywhere = terms.deadlines.get((kind, EVERYWHERE))
    yield Term(SETTINGS["everywhere"], allowed(everywhere or DEFAULTS[kind]), is_default=everywhere is None)
    for community, name in communities.items():
        if (own := terms.deadlines.get((kind, community))) is not None:
            yield Term(name, allowed(own), is_default=False)


def calendar(worked: WorkCalendar, eye: Eye) -> tuple[Fact, ...]:
    """Hours, what this year and the next have apart from Monday to Friday, and what the city sets itself."""
    hours = "、".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in worked.hours)
    year = eye.now.astimezone(eye.zone).year
    return (
        Fact(SETTINGS["hours"], Word.same(hours)),
        Fact(SETTINGS["zone"], Word.same(str(worked.zone))),
        *(fact for each in (year, year + 1) for fact in _year(worked, each)),
        Fact(SETTINGS["own_free"], _own(worked, is_worked=False)),
        Fact(SETTINGS["own_worked"], _own(worked, is_worked=True)),
    )


def _own(worked: WorkCalendar, *, is_worked: bool) -> Word:
    return _listed([day.isoformat() for day, state in sorted(worked.days.items()) if state is is_worked])


def _year(worked: WorkCalendar, year: int) -> Iterator[Fact]:
    label = SETTINGS["free"].fill(year=year)
    if not is_arranged(year):
        yield Fact(label, SETTINGS["unknown_year"])
        return
    yield Fact(label, _listed([_stretch(*each) for each in holidays(worked, year)]))
    weekends = [f"{day:%m-%d}" for day in _days(year) if day.weekday() >= SATURDAY and worked.is_worked(day)]
    yield Fact(SETTINGS["worked"].fill(year=year), _listed(weekends))


def holidays(worked: WorkCalendar, year: int) -> list[tuple[date, date]]:
    """Stretches of free days that are more than a weekend, each with its first and last day, within the year."""
    found: list[tuple[date, date]] = []
    begun: date | None = None
    for day in (*_days(year), date(year + 1, 1, 1)):
        is_free = day.year == year and not worked.is_worked(day)
        if is_free and begun is None:
            begun = day
        elif not is_free and begun is not None:
            found.append((begun, day - DAY))
            begun = None
    return [(first, last) for first, last in found if _has_weekday(first, last)]


def _has_weekday(first: date, last: date) -> bool:
    return any((first + at * DAY).weekday() < SATURDAY for at in range((last - first).days + 1))


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + at * DAY for at in range((date(year + 1, 1, 1) - first).days))


def _listed(days: Sequence[str]) -> Word:
    """Days in a row: in figures, which both languages read."""
    return Word.same(", ".join(days)) if days else SETTINGS["none"]


def _stretch(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}"


def retention(kept: Keeping) -> tuple[Fact, ...]:
    """How long what is kept."""
    told = {
        SETTINGS["pictures"]: kept.pictures,
        SETTINGS["films"]: kept.films,
        **{_of(kind): kept.by_kind[kind] for kind in kept.by_kind},
        SETTINGS["originals"]: kept.originals,
        SETTINGS["unclaimed"]: kept.unclaimed,
        SETTINGS["plates"]: kept.plates,
        SETTINGS["messages"]: kept.messages,
    }
    return tuple(Fact(label, SETTINGS["days"].fill(n=length.days)) for label, length in told.items())


def _of(kind: CaseKind) -> Word:
    label, name = SETTINGS["pictures_of"], CASE_KINDS[kind]
    return Word(label.zh.format(kind=name.zh), label.en.format(kind=name.en))


def people(users: Sequence[User], names: Mapping[str, Organisation]) -> tuple[Person, ...]:
    """Accounts, without anything that is secret."""
    return tuple(
        Person(
            name=user.name,
            role=role_word(user.role),
            place=SETTINGS["all_places"] if user.organisation is None else called(user.organisation, names),
            is_revoked=user.revoked_at is not None,
        )
        for user in users
    )


def units(tree: Sequence[Organisation]) -> tuple[Unit, ...]:
    """Organisations, parents first."""
    top = min((each.depth for each in tree), default=0)
    return tuple(
        Unit(each.id, name_of(each), KINDS[each.kind], each.community or "", each.depth - top) for each in tree
    )
