"""Who is told of a piece of news, and when: pure, from the rules, the roster and the time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from cloud.cases.domain import Case
from cloud.cases.vocabulary import Priority
from cloud.notify.domain import BEGINS_WAITING, Conditions, Destination, Duty, News, Rule, Telling, Watch
from cloud.notify.hours import Hours
from cloud.notify.roster import on_duty
from cloud.scope import Scope


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one organisation has set: what it covers, its rules, its roster, where it sends to."""

    organisation: str
    scope: Scope
    rules: Sequence[Rule]
    roster: Sequence[Duty]
    destinations: Mapping[str, Destination]


def tellings(news: News, case: Case, plan: Plan, now: datetime, zone: tzinfo) -> tuple[Telling, ...]:
    """Whom an organisation tells of a piece of news; each destination once, as urgently as any rule wants it."""
    if not plan.scope.covers(case.community):
        return ()
    rules = [rule for rule in plan.rules if rule.when.untaken_min is None and matches(rule, news, case, now, zone)]
    return _told(rules, case, plan, now, zone)


def tellings_untaken(rule: Rule, case: Case, plan: Plan, now: datetime, zone: tzinfo) -> tuple[Telling, ...]:
    """Whom a rule tells that nobody has taken a case in the time it gives."""
    if not plan.scope.covers(case.community) or not matches(rule, None, case, now, zone):
        return ()
    return _told([rule], case, plan, now, zone)


def watches(news: News, case: Case, plan: Plan) -> tuple[Watch, ...]:
    """When to look whether anybody has taken a case that waits to be taken from now on."""
    if news.occasion not in BEGINS_WAITING or not plan.scope.covers(case.community):
        return ()
    return tuple(
        Watch(rule.id, news.at + timedelta(minutes=rule.when.untaken_min))
        for rule in plan.rules
        if rule.enabled and rule.when.untaken_min is not None
    )


def look_again(rule: Rule, now: datetime) -> datetime | None:
    """When to look the next time at a case that nobody has taken yet; None: not again."""
    minutes = rule.when.repeat_min
    return None if minutes is None else now + timedelta(minutes=minutes)


def matches(rule: Rule, news: News | None, case: Case, now: datetime, zone: tzinfo) -> bool:
    """Whether a rule speaks of such a case now; `news` None: that nobody has taken it."""
    when = rule.when
    return (
        rule.enabled
        and (news is None or news.occasion in when.occasions)
        and (not when.kinds or case.kind in when.kinds)
        and (not when.found or not when.found.isdisjoint(case.found))
        and (not when.zone_kinds or case.zone_kind in when.zone_kinds)
        and (not when.communities or case.community in when.communities)
        and case.priority <= when.priority
        and when.place.casefold() in place_of(case).casefold()
        and _within(when, now, zone)
    )


def place_of(case: Case) -> str:
    """What staff call the place: of the zone, the device, or as it was reported."""
    if case.device is not None:
        return case.device.name
    return case.zone_name if case.report is None else case.report.place


def release(destination: Destination, now: datetime, zone: tzinfo, *, urgent: bool) -> datetime:
    """When a message may go: at once where it is urgent; else after the window, and not in quiet hours."""
    if urgent:
        return now
    after = now + timedelta(seconds=destination.window_s)
    return after if destination.quiet is None else destination.quiet.over_at(after, zone)


def _told(rules: Sequence[Rule], case: Case, plan: Plan, now: datetime, zone: tzinfo) -> tuple[Telling, ...]:
    urgent: dict[str, bool] = {}
    for rule in rules:
        for who in _recipients(rule, plan, now, zone):
            urgent[who] = urgent.get(who, False) or rule.urgent or case.priority is Priority.URGENT
    return tuple(
        Telling(who, presses, release(plan.destinations[who], now, zone, urgent=presses))
        for who, presses in urgent.items()
    )


def _recipients(rule: Rule, plan: Plan, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """Those on duty, or who stands for them; a destination that is switched off is told nothing."""
    duty = on_duty(plan.roster, plan.destinations, now, zone) if rule.by_duty else ()
    return duty or tuple(
        each.id for each in (plan.destinations.get(rule.destination),) if each is not None and each.enabled
    )


def _within(when: Conditions, now: datetime, zone: tzinfo) -> bool:
    if len(when.hours) != 2:
        return True
    start, end = (time.fromisoformat(each) for each in when.hours)
    return Hours(start, end).hold(now, zone)
