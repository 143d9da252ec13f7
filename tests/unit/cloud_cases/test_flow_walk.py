"""The engine, walked at random: 100,000 actions, crashes and jumps of the clock; and whatever hypothesis thinks of."""

from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cloud.cases.vocabulary import Action, CaseKind, Note
from contract.parking import Outcome
from tests.unit.cloud_cases.flow_walk import KINDS, PEOPLE, Kept, Walk

ACTIONS = 100_000


def test_a_hundred_thousand_actions_break_nothing() -> None:
    walk = Walk(Random(20_261_123))
    for _ in range(ACTIONS):
        walk.step()
    walk.crash()
    never = [what for what in (*Action, *ALERTS) if not walk.seen[what]]
    assert never == [], "a walk that never comes there shows nothing"


ALERTS = (Note.HALF_OVER, Note.SOON_OVER, Note.EXPIRED, Note.SUPERVISED, Note.RAISED)
WHICH = st.integers(0, 10_000)


class Engine(RuleBasedStateMachine):
    """Hypothesis chooses what happens, and shortens what goes wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(Random(1))

    @rule(kind=st.sampled_from(KINDS))
    def opens(self, kind: CaseKind) -> None:
        self.walk.open(kind)

    @precondition(lambda self: self.walk.kept)
    @rule(which=WHICH, who=st.sampled_from(PEOPLE), action=st.sampled_from(Action))
    def acts(self, which: int, who: object, action: Action) -> None:
        self.walk.act(self._kept(which), next(one for one in PEOPLE if one is who), action)

    @precondition(lambda self: self.walk.kept)
    @rule(which=WHICH, outcome=st.sampled_from(Outcome))
    def answers(self, which: int, outcome: Outcome) -> None:
        self.walk.answer(self._kept(which), outcome)

    @precondition(lambda self: self.walk.kept)
    @rule(which=WHICH)
    def gives_up(self, which: int) -> None:
        self.walk.give_up(self._kept(which))

    @precondition(lambda self: self.walk.kept)
    @rule(which=WHICH)
    def is_over(self, which: int) -> None:
        self.walk.over(self._kept(which))

    @rule(seconds=st.integers(-400_000, 400_000))
    def jumps(self, seconds: int) -> None:
        self.walk.move(seconds)
        self.walk.sweep()

    @invariant()
    def history_tells_all(self) -> None:
        self.walk.crash()

    def _kept(self, which: int) -> Kept:
        return self.walk.kept[which % len(self.walk.kept)]


Engine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestEngine = Engine.TestCase
