"""How long nothing is shown after a jump in time."""

from edge.perception.falls import finding, linking
from edge.sources.film import PAUSE_S


def test_nothing_is_followed_over_the_pause_after_a_jump() -> None:
    assert max(finding.MAX_GAP_S, linking.MAX_GAP_S, linking.MAX_KNOWN_GAP_S) < PAUSE_S
