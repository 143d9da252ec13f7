"""Destinations, rules and rosters in PostgreSQL: named statements, no decisions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts import Organisation, organisation_rows
from cloud.cases.domain import Case
from cloud.cases.vocabulary import Name
from cloud.notify.domain import Conditions, Destination, Duty, Reason, Rule, Tongue
from cloud.notify.hours import Hours
from cloud.notify.names import Called
from cloud.notify.rules import Plan
from cloud.notify.tables import notice_destinations, notice_duties, notice_messages, notice_rules
from cloud.scope import Scope

NO_ORGANISATION: Final = ""
_D: Final = notice_destinations.c


async def organisations_about(connection: AsyncConnection, community: str) -> frozenset[str]:
    """Whose matter a community is: those over it, those under it, and who is in no tree."""
    return frozenset({NO_ORGANISATION, *(each.id for each in await organisation_rows.around(connection, community))})


async def organisations_under(connection: AsyncConnection, organisation: str | None) -> frozenset[str] | None:
    """An organisation and all under it; None, of whoever has none: all there are."""
    if organisation is None:
        return None
    top = await organisation_rows.find(connection, organisation)
    return frozenset() if top is None else frozenset(o.id for o in await organisation_rows.below(connection, top.path))


async def community_of(connection: AsyncConnection, organisation: str | None) -> str | None:
    """The community that an organisation works for, where it is a single one."""
    found = await organisation_rows.find(connection, organisation or NO_ORGANISATION)
    return None if found is None else (await organisation_rows.scope_of(connection, found.path)).only


async def called(connection: AsyncConnection, told: Collection[Case]) -> Called:
    """What the communities of some cases, and who assists in them, are called."""
    communities = await organisation_rows.holders(connection, {case.community for case in told})
    asked = await organisation_rows.named(connection, {each for case in told for each in case.assisting})
    return Called(_names(communities), _names(asked))


def _names(found: Mapping[str, Organisation]) -> dict[str, Name]:
    return {key: Name(each.name_zh, each.name_en) for key, each in found.items()}


async def plans_about(connection: AsyncConnection, community: str) -> list[Plan]:
    """What each organisation has set whose matter a community is; the plans are of this community alone."""
    whose = await organisations_about(connection, community)
    destinations, rules, roster = (
        await destinations_of(connection, whose),
        await rules_of(connection, whose),
        await roster_of(connection, whose),
    )
    return [
        Plan(
            organisation,
            Scope(frozenset({community})),
            [rule for rule in rules if rule.organisation == organisation and rule.enabled],
            [duty for duty in roster if duty.organisation == organisation],
            {each.id: each for each in destinations if each.organisation == organisation},
        )
        for organisation in sorted({rule.organisation for rule in rules})
    ]


async def destinations_of(connection: AsyncConnection, whose: Collection[str] | None) -> list[Destination]:
    """Destinations of some organisations, or of all, by name."""
    query = select(notice_destinations).where(_D.removed_at.is_(None)).order_by(_D.name, _D.id)
    query = query if whose is None else query.where(_D.organisation.in_(whose))
    return [destination_of(row) for row in await connection.execute(query)]


async def destination(connection: AsyncConnection, destination_id: str) -> Destination | None:
    """A destination that was not removed, by its id."""
    query = select(notice_destinations).where(_D.id == destination_id, _D.removed_at.is_(None))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else destination_of(row)


async def rules_of(connection: AsyncConnection, whose: Collection[str] | None) -> list[Rule]:
    """Rules of some organisations, or of all, by name."""
    query = select(notice_rules).order_by(notice_rules.c.name, notice_rules.c.id)
    query = query if whose is None else query.where(notice_rules.c.organisation.in_(whose))
    return [_rule(row) for row in await connection.execute(query)]


async def roster_of(connection: AsyncConnection, whose: Collection[str] | None) -> list[Duty]:
    """The weekly tables of some organisations, or of all, in the week's order."""
    query = select(notice_duties).order_by(notice_duties.c.weekday, notice_duties.c.start, notice_duties.c.id)
    query = query if whose is None else query.where(notice_duties.c.organisation.in_(whose))
    return [_duty(row) for row in await connection.execute(query)]


async def rule(connection: AsyncConnection, rule_id: str) -> Rule | None:
    """A rule by its id."""
    row = (await connection.execute(select(notice_rules).where(notice_rules.c.id == rule_id))).one_or_none()
    return None if row is None else _rule(row)


async def lock(connection: AsyncConnection, organisation: str) -> None:
    """Wait until nobody else changes what an organisation has set; held until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"notice/{organisation}", 0))))


async def put_destination(connection: AsyncConnection, each: Destination, sealed: str | None, **made: object) -> None:
    """Store a destination, new or changed; `sealed` None keeps its address."""
    quiet = each.quiet
    values: dict[str, object] = {
        "organisation": each.organisation,
        "name": each.name,
        "language": each.language,
        "quiet_from": None if quiet is None else quiet.start,
        "quiet_until": None if quiet is None else quiet.end,
        "window_s": each.window_s,
        "enabled": each.enabled,
        "away_from": each.away_from,
        "away_until": each.away_until,
    }
    changed = {"version": _D.version + 1}
    if sealed is None:
        await connection.execute(update(notice_destinations).where(_D.id == each.id).values(values | changed))
        return
    values |= {"channel": each.channel, "sealed": sealed}
    statement = insert(notice_destinations).values(values | {"id": each.id} | made)
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values | changed))


async def remove_destination(connection: AsyncConnection, destination: str, now: object) -> None:
    """Take a destination away, and its address for good."""
    gone = {"removed_at": now, "sealed": "", "enabled": False, "failing_since": None}
    await connection.execute(update(notice_destinations).where(_D.id == destination).values(gone))


async def uses_of(connection: AsyncConnection, destination: str) -> int:
    """How many rules and duties name a destination."""
    named = notice_duties.c.destination == destination, notice_duties.c.substitute == destination
    rules = select(func.count()).select_from(notice_rules).where(notice_rules.c.destination == destination)
    duties = select(func.count()).select_from(notice_duties).where(named[0] | named[1])
    total: int = (await connection.execute(select(rules.scalar_subquery() + duties.scalar_subquery()))).scalar_one()
    return total


async def put_rule(connection: AsyncConnection, each: Rule, **made: object) -> None:
    """Store a rule, new or changed."""
    values: dict[str, object] = {
        "organisation": each.organisation,
        "name": each.name,
        "conditions": each.when.model_dump(mode="json"),
        "destination": each.destination,
        "by_duty": each.by_duty,
        "urgent": each.urgent,
        "enabled": each.enabled,
    }
    statement = insert(notice_rules).values(values | {"id": each.id} | made)
    changed = {"version": notice_rules.c.version + 1}
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values | changed))


async def remove_rule(connection: AsyncConnection, rule_id: str) -> None:
    """Take a rule away, and what is watched for it."""
    await connection.execute(delete(notice_rules).where(notice_rules.c.id == rule_id))


async def add_duty(connection: AsyncConnection, each: Duty) -> None:
    """Store a line of a roster."""
    await connection.execute(
        insert(notice_duties).values(
            id=each.id,
            organisation=each.organisation,
            weekday=each.weekday,
            start=each.hours.start,
            until=each.hours.end,
            destination=each.destination,
            substitute=each.substitute,
        )
    )


async def remove_duty(connection: AsyncConnection, duty: str) -> None:
    """Take a line of a roster away."""
    await connection.execute(delete(notice_duties).where(notice_duties.c.id == duty))


async def messages_of(
    connection: AsyncConnection, destinations: Sequence[str], limit: int
) -> Sequence[Row[tuple[object, ...]]]:
    """The latest messages of some destinations, newest first."""
    query = (
        select(notice_messages)
        .where(notice_messages.c.destination.in_(destinations))
        .order_by(notice_messages.c.formed_at.desc(), notice_messages.c.id.desc())
        .limit(limit)
    )
    return (await connection.execute(query)).all()


def destination_of(row: Row[tuple[object, ...]]) -> Destination:
    """A destination as a value."""
    quiet = None if row.quiet_from is None else Hours(row.quiet_from, row.quiet_until)
    return Destination(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        channel=row.channel,
        language=Tongue(row.language),
        quiet=quiet,
        window_s=row.window_s,
        enabled=row.enabled,
        away_from=row.away_from,
        away_until=row.away_until,
        failing_since=row.failing_since,
        reason=None if row.reason is None else Reason(row.reason),
        last_sent_at=row.last_sent_at,
        version=row.version,
    )


def _rule(row: Row[tuple[object, ...]]) -> Rule:
    return Rule(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        when=Conditions.model_validate(row.conditions),
        destination=row.destination,
        by_duty=row.by_duty,
        urgent=row.urgent,
        enabled=row.enabled,
        version=row.version,
    )


def _duty(row: Row[tuple[object, ...]]) -> Duty:
    return Duty(row.id, row.organisation, row.weekday, Hours(row.start, row.until), row.destination, row.substitute)
