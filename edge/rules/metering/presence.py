"""Whether somebody is at home, told by the door and by what is used after it last opened."""

from enum import StrEnum


class Presence(StrEnum):
    """What the door says."""

    UNKNOWN = "unknown"  # there is no door contact, or it is not heard
    INSIDE = "inside"  # something was used well after the door last opened
    AWAY = "away"  # nothing was used since the door last opened: somebody may have gone out
    PERHAPS = "perhaps"  # somebody came in, or what is on may have been left on: nobody can tell


class Light(StrEnum):
    """What electricity says."""

    DARK = "dark"  # only what appliances use by themselves, or not known
    LEFT = "left"  # more, but no more than was on when the door was opened last
    LIT = "lit"  # somebody must have switched something on since


def moved(
    presence: Presence, crossings: int | None, *, used: bool, light: Light, visit: bool = False, late: bool = False
) -> Presence:
    """Take one half hour.

    Args:
        crossings: of the door: openings close to each other are one; None: not known.
        used: whether somebody used water, no matter when in the half hour.
        visit: whether the door stayed shut and nothing was used for long before: somebody looks in.
        late: whether it is an hour at which few people set out.
    """
    if crossings is None:
        return Presence.UNKNOWN
    if crossings == 0:
        return _still(presence, used=used, light=light)
    if visit:
        return Presence.AWAY
    if late or crossings % 2 == 0:
        return Presence.PERHAPS
    return Presence.PERHAPS if presence is Presence.AWAY else Presence.AWAY  # who came in may be a neighbour


def _still(presence: Presence, *, used: bool, light: Light) -> Presence:
    if used or light is Light.LIT:
        return Presence.INSIDE
    return Presence.PERHAPS if light is Light.LEFT and presence is Presence.AWAY else presence
