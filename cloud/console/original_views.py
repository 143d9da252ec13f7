"""Requests for originals as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloud.cases.domain import Actor
from cloud.console.desk_words import ROLES
from cloud.console.facts import Eye, Moment, moment
from cloud.console.original_words import MOVES, ORIGINALS, STATES, TONES
from cloud.console.words import Word
from cloud.privacy.domain import RULES, Move, Request, State, possible
from cloud.privacy.service import Held


@dataclass(frozen=True, slots=True)
class MoveView:
    """Something the reader may do to a request."""

    move: Move
    name: Word
    asks_reason: bool
    asks_hours: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request."""

    path: str
    case_path: str
    number: str
    what: Word
    asker: str
    role: Word
    reason: str
    asked: Moment
    state: Word
    tone: str
    ends_as: Word | None  # what its end means, while it has one
    ends: Moment
    decided_by: str
    answer: str
    opened: Word | None
    moves: tuple[MoveView, ...]


@dataclass(frozen=True, slots=True)
class HeldView:
    """An original that a request covers."""

    path: str  # where it opens, or its sealed file is given out
    taken: Moment
    is_film: bool
    arrived: bool
    shown: str  # the masked picture


def request_view(request: Request, actor: Actor, eye: Eye) -> RequestView:
    """A request as somebody sees it."""
    opened = None
    if request.opened_at is not None:
        opened = ORIGINALS["opened"].fill(n=request.opened, at=moment(request.opened_at, eye).text)
    return RequestView(
        path=f"/originals/{request.id}",
        case_path=f"/cases/{request.case_id}",
        number=request.number,
        what=ORIGINALS["ask.all" if request.picture is None else "ask.picture"],
        asker=request.asker,
        role=ROLES[request.asker_role],
        reason=request.reason,
        asked=moment(request.asked_at, eye),
        state=STATES[request.state],
        tone=TONES[request.state],
        ends_as=ORIGINALS.get(f"ends.{request.state.value}"),
        ends=moment(request.ends_at, eye),
        decided_by=request.decided_by or "",
        answer=request.answer,
        opened=opened,
        moves=tuple(_move(request.state, move) for move in possible(request, actor)),
    )


def held_views(request: Request, held: Sequence[Held], actor: Actor, eye: Eye) -> tuple[HeldView, ...]:
    """What the asker may open now; nobody else sees any of it here."""
    if request.state is not State.GRANTED or request.asker != actor.name:
        return ()
    return tuple(
        HeldView(
            path=f"/originals/{request.id}/pictures/{each.picture}",
            taken=moment(each.taken_at, eye),
            is_film=each.is_film,
            arrived=each.arrived,
            shown=f"/cases/{each.case_id}/photos/{each.picture}",
        )
        for each in held
    )


def _move(state: State, move: Move) -> MoveView:
    return MoveView(move, MOVES[move], asks_reason=RULES[state, move].reason, asks_hours=move is Move.GRANT)
