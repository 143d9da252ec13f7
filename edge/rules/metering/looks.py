"""A household's half hours, put together from two meters and a door that tell them at different times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from edge.rules.metering.history import STILL_SLOTS, Half, even
from edge.rules.metering.home import Arrived, Household
from edge.rules.metering.presence import Light
from edge.rules.metering.slots import DAY_SLOTS, SLOT_S, SlotUse, end_of, index_of
from edge.rules.metering.welfare import WelfareSettings

MAX_WAITING: Final = 2 * DAY_SLOTS  # half hours of one meter that wait for the other
MAX_OPENINGS: Final = 512
MILLI: Final = 1000  # litres of a m³, watt-hours of a kWh
CROSSING: Final = timedelta(minutes=3)  # openings at most so far apart are one
LIT_SLOTS: Final = 3  # no boiler reheats for so long


@dataclass(frozen=True, slots=True)
class Look:
    """One half hour of a household, put together. `crossings` is None where the door is not heard."""

    index: int
    half: Half
    openings: int
    crossings: int | None
    light: Light


def kept(state: Household, arrived: Arrived) -> Household:
    """Let wait what has come; what comes too late for its half hour counts for the next."""
    if not (arrived.water or arrived.energy or arrived.openings):
        return state
    begun = state.next or 0
    late = sum(_amount_l(slot) for slot in arrived.water if slot.index < begun)
    openings = {*state.openings, *(at for at in arrived.openings if index_of(at) >= begun)}
    return replace(
        state,
        water=(*state.water, *(slot for slot in arrived.water if slot.index >= begun))[-MAX_WAITING:],
        energy=(*state.energy, *(slot for slot in arrived.energy if slot.index >= begun))[-MAX_WAITING:],
        openings=tuple(sorted(openings))[-MAX_OPENINGS:],
        late_l=state.late_l + late if state.next else 0.0,
    )


def _amount_l(slot: SlotUse) -> float:
    return float((slot.use or 0) + slot.carried) * MILLI


def looked(state: Household, index: int, door_to: datetime | None, settings: WelfareSettings) -> tuple[Household, Look]:
    """Put together what is known of a half hour and take it out of what waits."""
    water = next((slot for slot in state.water if slot.index == index), None)
    energy = next((slot for slot in state.energy if slot.index == index), None)
    end = end_of(index)
    count = sum(at < end for at in state.openings)
    crossings = _crossings(state.crossed, state.openings[:count])
    half = _half(state, water, energy, settings)
    heard = door_to is not None and door_to >= end - timedelta(seconds=settings.door_s)
    since_s = settings.settle_s if state.opened is None else (index - state.opened) * SLOT_S
    half = _lighted(state, index, half, settings)
    if since_s < settings.settle_s and half.energy_wh is not None:
        left_wh = half.energy_wh if state.left_wh is None else min(state.left_wh, half.energy_wh)
        state = replace(state, left_wh=left_wh)
    telling = settings.settle_s <= since_s <= settings.tell_s
    light = light_of((*state.halves[-LIT_SLOTS + 1 :], half)) if telling else Light.DARK
    if settings.machine_s <= since_s <= settings.tell_s and _surged(state, half, settings):
        light = Light.LIT
    state = replace(
        state,
        water=tuple(slot for slot in state.water if slot.index > index),
        energy=tuple(slot for slot in state.energy if slot.index > index),
        openings=state.openings[count:],
        crossed=state.openings[count - 1] if count else state.crossed,
        late_l=0.0,
    )
    return state, Look(index, half, count, crossings if heard or count else None, light)


def _crossings(last: datetime | None, openings: Sequence[datetime]) -> int:
    """How often somebody passed the door: it is opened twice by who forgets a key, or carries a suitcase."""
    count = 0
    for at in openings:
        count += last is None or at - last > CROSSING
        last = at
    return count


def light_of(halves: Sequence[Half]) -> Light:
    """What electricity says of an hour and a half on end: no boiler reheats for so long."""
    if len(halves) < LIT_SLOTS or not all(half.bright for half in halves):
        return Light.DARK
    return Light.LIT if all(half.risen for half in halves) else Light.LEFT


def _lighted(state: Household, index: int, half: Half, settings: WelfareSettings) -> Half:
    """Whether more is used than appliances alone do, and more than was left on when the door was opened last."""
    idle_wh = state.habits.idle_wh[index % DAY_SLOTS] if state.habits.idle_wh else None
    if idle_wh is None or half.energy_wh is None or half.energy_wh <= idle_wh:
        return half
    return replace(half, bright=True, risen=half.energy_wh > (state.left_wh or 0.0) + settings.margin_wh)


def _surged(state: Household, half: Half, settings: WelfareSettings) -> bool:
    """Whether somebody has switched on more than any appliance does by itself: a kettle, a stove."""
    if state.habits.most_wh is None or half.energy_wh is None or state.left_wh is None:
        return False
    return half.energy_wh > max(state.habits.most_wh, state.left_wh) + settings.surge_wh


def _half(state: Household, water: SlotUse | None, energy: SlotUse | None, settings: WelfareSettings) -> Half:
    used_l = state.drip.most_l + settings.used_l
    water_l = None if water is None or water.use is None else float(water.use) * MILLI
    carried_l = state.late_l + (float(water.carried) * MILLI if water else 0.0)
    nobody = even((*state.halves[-STILL_SLOTS + 1 :], Half(water_l, None)), settings.step_l) is not None
    drawn = water_l is not None and water_l >= used_l and not nobody
    alive = drawn or carried_l - unknown(state) * state.drip.mean_l >= used_l
    energy_wh = None if energy is None or energy.use is None else float(energy.use) * MILLI
    over_l = 0.0 if nobody or water_l is None else max(0.0, water_l - state.drip.mean_l)
    return Half(water_l, energy_wh, alive=alive, over_l=over_l, carried_l=carried_l)


def unknown(state: Household) -> int:
    """Half hours since the last one whose water is known."""
    return next((i for i, half in enumerate(reversed(state.halves)) if half.water_l is not None), 0)
