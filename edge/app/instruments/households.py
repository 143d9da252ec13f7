"""One household that is looked after: its meters' half hours and its door, judged together."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from edge.app.instruments.alarms import Subject, meter_draft
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.limits import absences, welfare_limits
from edge.config import Config, Household
from edge.devices.board import Told
from edge.outbox import Draft
from edge.rules.alarms import AlarmFinding
from edge.rules.metering import home
from edge.rules.metering import household as rule
from edge.rules.metering.home import Arrived
from edge.rules.metering.slots import SlotUse
from edge.values import Moment

USUAL_RESOLUTION: Final = Decimal("0.001")


def is_simulated(household: Household, config: Config) -> bool:
    """Whether anything that tells of a household is made up: then so is what is told of it."""
    meters = {household.water, household.electricity}
    boards = set() if household.door is None else {household.door.board}
    return any(line.simulated for line in config.lines for meter in line.meters if meter.id in meters) or any(
        board.simulated for board in config.boards if board.id in boards
    )


class HouseholdDesk:
    """Takes what meters and door tell of one household."""

    def __init__(self, household: Household, *, simulated: bool, ledger: Ledger, timezone: str) -> None:
        self.household: Final = household
        self.subject: Final = Subject(household.id, household.name, "", simulated)
        self._ledger = ledger
        self._timezone = timezone
        self._away = tuple(absences(household, timezone))
        self._resolution = USUAL_RESOLUTION
        kept = ledger.read(self._name, home.Household.from_bytes)
        self._state = kept or home.Household(household.id)
        self._door_to = ledger.read(f"{self._name}/door", lambda raw: datetime.fromisoformat(raw.decode()))

    def judged(
        self, now: datetime, *, water: tuple[SlotUse, ...], energy: tuple[SlotUse, ...], resolution: Decimal
    ) -> tuple[AlarmFinding, ...]:
        """Take half hours of its meters; `resolution` of the water meter's register, m³."""
        self._resolution = resolution
        return self._stepped(now, Arrived(water=water, energy=energy, door_to=self._door_to))

    def hear(self, told: Told, now: datetime) -> tuple[AlarmFinding, ...]:
        """Take what the board of its door has told; openings are judged, and so kept, at once."""
        door = self.household.door
        if door is None:
            return ()
        if told.known_to is not None:
            self._door_to = told.known_to
            self._ledger.keep(f"{self._name}/door", self._encoded)
        shut = door.normally == "closed"
        openings = tuple(edge.at for edge in told.edges if edge.input is door.input and edge.closed is not shut)
        return self._stepped(now, Arrived(openings=openings, door_to=self._door_to)) if openings else ()

    @property
    def drafting(self) -> Callable[[AlarmFinding, str, Moment], Draft]:
        """Makes the events of its alarms."""
        return lambda finding, alarm, now: meter_draft(finding, alarm, now, subject=self.subject, medium=None)

    @property
    def _name(self) -> str:
        return f"household/{self.household.id}"

    def _stepped(self, now: datetime, arrived: Arrived) -> tuple[AlarmFinding, ...]:
        before, limits = self._state, welfare_limits(self._resolution, self._timezone)
        self._state, findings = rule.step(before, arrived, away=self._away, now=now, settings=limits)
        if self._state != before:  # some 60 kB: most quarter hours change nothing
            self._ledger.keep(self._name, self._state.to_bytes)
        return findings

    def _encoded(self) -> bytes:
        return (self._door_to or datetime.fromtimestamp(0, UTC)).astimezone(UTC).isoformat().encode()
