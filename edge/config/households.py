"""Households that are looked after: who lives alone, which meters tell of them, and when they are away."""

from datetime import date

from pydantic import Field, model_validator

from contract.identifiers import Slug
from contract.settings import Section
from edge.config.boards import Input, Normally


class Door(Section):
    """The contact of a household's door."""

    board: Slug
    input: Input
    normally: Normally = Field(default="closed", description="how the contact is while the door is shut")


class Away(Section):
    """Days of an announced absence, or of an announced stop of the water; both included."""

    since: date
    until: date

    @model_validator(mode="after")
    def _in_order(self) -> "Away":
        if self.until < self.since:
            raise ValueError("until 不能早于 since until is not before since")
        return self


class Household(Section):
    """Somebody who lives alone and has agreed to be looked after."""

    id: Slug
    name: str = Field(default="", max_length=80)
    water: Slug = Field(description="id of the water meter")
    electricity: Slug | None = Field(default=None, description="id of the electricity meter")
    door: Door | None = None
    away: tuple[Away, ...] = Field(default=(), max_length=64)
