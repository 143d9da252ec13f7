"""How whatever runs for ever bears that the world fails: it pauses longer and longer, and tells once."""

import logging
import random
from typing import Final

MAX_PAUSE_S: Final = 10.0


class Health:
    """Tells once that a thing has gone and once that it is back."""

    def __init__(self, name: str, log: logging.Logger) -> None:
        self._name = name
        self._log = log
        self._up: bool | None = None

    def lost(self, error: BaseException) -> None:
        if self._up is not False:
            self._log.warning("%s is gone: %s", self._name, error)
        self._up = False

    def back(self) -> None:
        if self._up is False:
            self._log.info("%s is back", self._name)
        self._up = True


def pause(attempt: int, *, longest: float = MAX_PAUSE_S) -> float:
    """Seconds to wait before the next try: 0.2 doubling to `longest`, a quarter up or down."""
    return min(longest, 0.2 * 2.0 ** min(attempt, 10)) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
