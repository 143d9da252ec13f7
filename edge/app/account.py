"""What one look came to, for whoever wants to show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from edge.perception.eye import Shift
from edge.perception.reading import Reading
from edge.perception.scene import View
from edge.rules.berths import Occupancy
from edge.rules.dwell import Record
from edge.values import Finding, Frame, Sighting, ZombieFinding

Word = TypeVar("Word", Finding, ZombieFinding)


@dataclass(frozen=True, slots=True)
class Account:
    """One look of one camera, from the frame to what was decided.

    Attributes:
        sightings: the view's, with what is known of their plates and permits.
        records: how long each stay has stood in each zone, after this look.
        findings, zombies, occupancy: what the rules said in this look.
        readings: every plate looked at, also of vehicles that do not stand.

    Boxes are where the camera's first view has them, as zones are; `shown` and `where_shown` give them in the picture.
    """

    frame: Frame
    view: View
    sightings: tuple[Sighting, ...]
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]
    zombies: tuple[ZombieFinding, ...] = ()
    occupancy: Occupancy | None = None
    readings: tuple[Reading, ...] = ()

    @property
    def shown(self) -> tuple[Sighting, ...]:
        """The sightings where this picture has them; without those that it does not."""
        return shown(self.sightings, self.view.shift)

    def where_shown(self, finding: Word) -> Word:
        """A finding with its box where this picture has it; as it was where a moved camera does not have it."""
        sighting = finding.sighting
        return replace(finding, sighting=replace(sighting, box=self.view.shift.forth(sighting.box) or sighting.box))

    @property
    def pictured(self) -> bool:
        """Whether pictures are to be made of this look."""
        return bool(self.findings or self.zombies)


def shown(sightings: Sequence[Sighting], shift: Shift) -> tuple[Sighting, ...]:
    """Sightings where a picture has them; without those that it does not."""
    boxes = ((sighting, shift.forth(sighting.box)) for sighting in sightings)
    return tuple(replace(sighting, box=box) for sighting, box in boxes if box)
