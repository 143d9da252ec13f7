"""Where falls are judged."""

from dataclasses import dataclass

from edge.config import Facade
from edge.perception.falls.ruler import GridRuler


@dataclass(frozen=True, slots=True)
class Place:
    """A façade in pictures of one size, pixels; `ruler` is None without a grid."""

    facade: Facade
    width: int
    height: int
    ruler: GridRuler | None

    @classmethod
    def of(cls, facade: Facade, width: int, height: int) -> "Place":
        """Take a façade as it is drawn."""
        ruler = GridRuler(facade.grid, width, height) if facade.grid else None
        return cls(facade, width, height, ruler)
