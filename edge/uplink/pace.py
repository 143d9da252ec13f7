"""How fast the uplink tries: every time and every jitter in one place."""

import secrets
from dataclasses import dataclass

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, all of them. The defaults are those of a gateway in the field; tests are in more of a hurry."""

    keepalive_s: int = 30
    timeout_s: float = 10.0  # for one answer of the broker or the cloud
    resend_s: float = 10.0  # without a receipt, at first
    resend_most_s: float = 300.0
    back_off_s: float = 1.0  # after a connection broke, at first
    back_off_most_s: float = 60.0
    refused_s: float = 60.0  # after somebody said that we may not, at first
    refused_most_s: float = 600.0
    healthy_s: float = 30.0  # a connection that lasted so long was a good one
    poll_s: float = 30.0  # look into the store even when nobody woke us

    def back_off(self, attempt: int) -> float:
        """How long to wait after the n-th failure in a row, n from 0: doubling, capped, jittered."""
        return jittered(doubled(self.back_off_s, attempt, self.back_off_most_s))

    def refused(self, attempt: int) -> float:
        """The same after a refusal, which a person has to mend."""
        return jittered(doubled(self.refused_s, attempt, self.refused_most_s))

    def resend(self, attempt: int) -> float:
        """How long to wait for a receipt after the n-th sending, n from 0."""
        return jittered(doubled(self.resend_s, attempt, self.resend_most_s))


def doubled(first_s: float, attempt: int, most_s: float) -> float:
    """`first_s`, doubled `attempt` times, at most `most_s`."""
    return min(most_s, first_s * 2.0 ** min(attempt, 30))


def jittered(seconds: float) -> float:
    """Between three quarters and five quarters: gateways that lost one broker do not come back as one."""
    return seconds * _CHANCE.uniform(0.75, 1.25)
