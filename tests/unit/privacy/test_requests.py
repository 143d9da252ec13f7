"""Walks of a request, written out: who may do what to it when, and what time does to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.accounts import Role
from cloud.cases.domain import Actor, Refused
from cloud.privacy.domain import Move, Request, State, Unknown, decide, possible
from cloud.scope import Scope

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
HERE = Scope(frozenset({"lantian"}))
ASKER = Actor("wang.fang", Role.STAFF, HERE)
LEAD = Actor("li.lei", Role.LEAD, HERE)
STREET = Actor("zhao", Role.STREET, HERE)


def request(state: State = State.ASKED, ends_in_h: float = 336, decider: Role | None = Role.LEAD) -> Request:
    return Request(
        id="r",
        case_id="c",
        number="LL-20261121-0001",
        community="lantian",
        picture=None,
        asker=ASKER.name,
        asker_role=Role.STAFF,
        reason="核对画面",
        asked_at=NOW,
        state=state,
        ends_at=NOW + timedelta(hours=ends_in_h),
        decider=decider,
    )


WALKS = [
    # name,         steps of (who, what, hours later),         where it ends
    ("granted", [(LEAD, Move.GRANT, 0)], State.GRANTED),
    ("granted, then over", [(LEAD, Move.GRANT, 0), (None, None, 24)], State.EXPIRED),
    ("granted, and not over yet", [(LEAD, Move.GRANT, 0), (None, None, 23.99)], State.GRANTED),
    ("refused", [(LEAD, Move.REFUSE, 0)], State.REFUSED),
    ("withdrawn", [(ASKER, Move.WITHDRAW, 0)], State.WITHDRAWN),
    ("granted and given back", [(LEAD, Move.GRANT, 0), (ASKER, Move.WITHDRAW, 1)], State.WITHDRAWN),
    ("granted and revoked", [(LEAD, Move.GRANT, 0), (LEAD, Move.REVOKE, 1)], State.REVOKED),
    ("nobody decides", [(None, None, 336)], State.EXPIRED),
    ("granted twice", [(LEAD, Move.GRANT, 0), (LEAD, Move.GRANT, 1)], Refused),
    ("granted after it was refused", [(LEAD, Move.REFUSE, 0), (LEAD, Move.GRANT, 1)], Refused),
    ("granted after it lapsed", [(LEAD, Move.GRANT, 336)], Refused),
    ("revoked before it is granted", [(LEAD, Move.REVOKE, 0)], Refused),
    ("revoked after its time", [(LEAD, Move.GRANT, 0), (LEAD, Move.REVOKE, 24)], Refused),
    ("withdrawn by the approver", [(LEAD, Move.WITHDRAW, 0)], Refused),
    ("granted by the asker", [(ASKER, Move.GRANT, 0)], Refused),
    ("ended by a person", [(LEAD, Move.EXPIRE, 0)], Refused),
    ("granted by one two levels up", [(STREET, Move.GRANT, 0)], Unknown),
]


@pytest.mark.parametrize(("steps", "ends"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_a_walk(steps: list[tuple[Actor | None, Move, float]], ends: State | type[Exception]) -> None:
    def walk() -> State:
        it = request()
        for who, move, hours in steps:
            now = NOW + timedelta(hours=hours)
            it = it.at(now)
            if who is not None:
                it = decide(it, move, by=who, reason="有理由的", now=now)
        return it.state

    if isinstance(ends, State):
        assert walk() is ends
    else:
        with pytest.raises(ends):
            walk()


def test_who_granted_it_may_take_it_back_though_somebody_stands_between_by_now() -> None:
    granted = decide(request(decider=Role.STREET), Move.GRANT, by=STREET, now=NOW)
    later = replace(granted, decider=Role.LEAD)
    assert possible(later, STREET) == possible(later, LEAD) == (Move.REVOKE,)
    assert possible(later, Actor("qian", Role.STREET, HERE)) == ()
    assert possible(later, Actor("zhao", Role.STAFF, HERE)) == (), "no longer one of those who decide"
    assert possible(later, Actor("zhao", Role.STREET, Scope(frozenset({"yuhua"})))) == ()


@pytest.mark.parametrize("who", [LEAD, STREET, Actor("sun", Role.COMMUNITY, HERE)])
def test_where_nobody_is_above_nobody_decides(who: Actor) -> None:
    assert possible(request(decider=None), who) == ()


OFFERED = [
    # who,    state,            what they are offered
    (ASKER, State.ASKED, (Move.WITHDRAW,)),
    (ASKER, State.GRANTED, (Move.WITHDRAW,)),
    (ASKER, State.REFUSED, ()),
    (LEAD, State.ASKED, (Move.GRANT, Move.REFUSE)),
    (LEAD, State.GRANTED, (Move.REVOKE,)),
    (LEAD, State.EXPIRED, ()),
    (STREET, State.ASKED, ()),
]


@pytest.mark.parametrize(("who", "state", "offered"), OFFERED)
def test_what_is_offered_is_what_may_be_done(who: Actor, state: State, offered: tuple[Move, ...]) -> None:
    assert possible(request(state), who) == offered
