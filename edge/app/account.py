"""What one look came to, for whoever wants to show it."""

from dataclasses import dataclass

from edge.perception.scene import View
from edge.rules.berths import Occupancy
from edge.rules.dwell import Record
from edge.values import Finding, Frame, Sighting, ZombieFinding


@dataclass(frozen=True, slots=True)
class Account:
    """One look of one camera, from the frame to what was decided.

    Attributes:
        sightings: the view's, with what is known of their plates and permits.
        records: how long each stay has stood in each zone, after this look.
        findings, zombies, occupancy: what the rules said in this look.
    """

    frame: Frame
    view: View
    sightings: tuple[Sighting, ...]
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]
    zombies: tuple[ZombieFinding, ...] = ()
    occupancy: Occupancy | None = None

    @property
    def pictured(self) -> bool:
        """Whether pictures are to be made of this look."""
        return bool(self.findings or self.zombies)
