"""All lists of a gateway together; says of a plate whether its vehicle may stand. In doubt nobody is accused."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.permits import WEEKDAYS, PermitList, PermitPeriod
from edge.config import Plates as Settings
from edge.errors import Misconfigured
from edge.permits.hashing import HashedList, HashedPermit, Hasher, Origin
from edge.permits.matching import candidates, is_searchable, misread_from, unsure
from edge.permits.sheet import read_sheet
from edge.permits.storage import Storage, Unreadable
from edge.values import ClockTrust, Moment, Permit, PermitKind, PermitState, Plate, PlateState

CLOUD: Final = "linli cloud"  # the name of the cloud's list; a file's ends in .csv or the like
MAX_UNSURE_NONE: Final = 1  # beside the province
MAX_REMEMBERED: Final = 256  # texts whose search is remembered: some vehicles stand for days

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Search:
    """What the lists have for one text: permits of what it may be, and whether it may be misread from a listed one."""

    permits: tuple[HashedPermit, ...]
    near: bool


class Register:
    """The lists in memory. Any thread may ask; `take` and `put` change it as a whole.

    Args:
        timezone: IANA name, for weekdays and times of the day.
        awaited: lists that belong to it and are not there, by name or file. Until they are, nobody is said to be on
            none.
    """

    def __init__(self, storage: Storage, hasher: Hasher, *, timezone: str, awaited: Collection[str] = ()) -> None:
        self._storage = storage
        self._hasher = hasher
        self._zone = ZoneInfo(timezone)
        self._awaited = frozenset(awaited)
        self._lock = threading.Lock()
        self._lists: dict[str, HashedList] = {}
        self._index: dict[bytes, tuple[HashedPermit, ...]] = {}
        self._searches: OrderedDict[str, Search] = OrderedDict()

    @property
    def lists(self) -> tuple[HashedList, ...]:
        """The lists in force, by name."""
        return tuple(self._lists[name] for name in sorted(self._lists))

    def put(self, hashed: HashedList) -> None:
        """Put a list in force, in place of the one of its name."""
        with self._lock:
            self._lists[hashed.name] = hashed
            index: dict[bytes, tuple[HashedPermit, ...]] = {}
            for one in self._lists.values():
                for permit in one.permits:
                    digest = bytes.fromhex(permit.plate)
                    index[digest] = (*index.get(digest, ()), permit)
            self._index = index
            self._searches.clear()

    def kept_version(self, signer: str) -> int:
        """The version of the cloud's list in force, 0 where there is none or another key signed it."""
        kept = self._lists.get(CLOUD)
        return kept.version if kept is not None and kept.signer == signer else 0

    def take(self, received: PermitList) -> None:
        """Put the cloud's list in force and keep it, hashed. Whoever calls has checked its signature.

        Raises:
            DiskFull, Misconfigured: it is in force, but after a restart it will have to be asked for again.
        """
        hashed = self._hasher.hashed(
            received.entries,
            name=CLOUD,
            origin=Origin.CLOUD,
            made_at=received.issued_at,
            version=received.version,
            signer=received.keyid,
        )
        self.put(hashed)
        self._storage.write(hashed)

    def permit(self, plate: Plate | None, now: Moment, *, prefer: Collection[PermitKind] = ()) -> Permit | None:
        """What the lists say of a vehicle at a moment; None where there are no lists and none to come.

        NONE, EXPIRED and NOT_NOW accuse, and so are said only of a plate that was read. EXPIRED and NOT_NOW: but for
        the province every character is sure; EXPIRED only where every permit that fits is over for good. NONE: at most
        one other is unsure, no listed plate fits however it is filled, and none differs by one look-alike character
        either. VALID: at most two others are unsure; where several listed plates fit, one valid permit will do. Of a
        permit with dates or times nothing is said while the clock is not trusted.

        Args:
            prefer: of several valid permits, one of these kinds is told.
        """
        if not self._lists and not self._awaited:
            return None
        in_doubt = Permit(state=PermitState.UNSURE)
        if plate is None or plate.state is not PlateState.READ or plate.text is None or not is_searchable(plate.text):
            return in_doubt
        search = self._search(plate.text)
        states = [(self._state(permit, now), permit.kind) for permit in search.permits]
        if valid := [kind for state, kind in states if state is PermitState.VALID]:
            return Permit(state=PermitState.VALID, kind=_preferred(valid, prefer))
        if self._pending or any(state is PermitState.UNSURE for state, _ in states):
            return in_doubt
        if states:
            may_again = [kind for state, kind in states if state is PermitState.NOT_NOW]
            state = PermitState.NOT_NOW if may_again else PermitState.EXPIRED
            kind = _preferred(may_again or [kind for _, kind in states], prefer)
            return in_doubt if unsure(plate.text) else Permit(state=state, kind=kind)
        return in_doubt if search.near or unsure(plate.text) > MAX_UNSURE_NONE else Permit(state=PermitState.NONE)

    @property
    def _pending(self) -> bool:
        return not self._awaited <= self._lists.keys()

    def _search(self, text: str) -> Search:
        with self._lock:
            known = self._searches.get(text)
            if known is not None:
                self._searches.move_to_end(text)
                return known
            found = Search(tuple(self._listed(candidates(text))), self._is_near(text))
            self._searches[text] = found
            if len(self._searches) > MAX_REMEMBERED:
                self._searches.popitem(last=False)
            return found

    def _listed(self, plates: Iterable[str]) -> Iterable[HashedPermit]:
        digest, index = self._hasher.plate, self._index
        return [permit for plate in plates for permit in index.get(digest(plate), ())]

    def _is_near(self, text: str) -> bool:
        """Whether one misread character alone keeps it off the lists; with two unsure that is too much to try."""
        if unsure(text) > MAX_UNSURE_NONE:
            return False
        return any(self._listed(candidates(other)) for other in misread_from(text) if is_searchable(other))

    def _state(self, permit: HashedPermit, now: Moment) -> PermitState:
        if permit.valid_from is None and permit.valid_until is None and not permit.periods:
            return PermitState.VALID
        if now.trust is ClockTrust.UNSYNCED:
            return PermitState.UNSURE
        begun = permit.valid_from is None or permit.valid_from <= now.seen_at
        over = permit.valid_until is not None and permit.valid_until <= now.seen_at
        timely = not permit.periods or any(_holds(period, now.seen_at, self._zone) for period in permit.periods)
        if over:
            return PermitState.EXPIRED
        return PermitState.VALID if begun and timely else PermitState.NOT_NOW


def _holds(period: PermitPeriod, at: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant lies in a period. One belongs to the day on which it starts, as in a zone's timetable."""
    local = at.astimezone(zone)
    overnight = period.end <= period.start
    for day in (local.date(), local.date() - timedelta(days=1)):
        if WEEKDAYS[day.weekday()] in period.days:
            ends = day + timedelta(days=1) if overnight else day
            opens, closes = (
                datetime.combine(on, clock, zone).astimezone(UTC)
                for on, clock in ((day, period.start), (ends, period.end))
            )
            if opens <= at < closes:
                return True
    return False


def _preferred(kinds: Sequence[PermitKind], prefer: Collection[PermitKind]) -> PermitKind:
    return next((kind for kind in kinds if kind in prefer), kinds[0])


def open_register(
    settings: Settings, *, data: Path, key: Ed25519PrivateKey, timezone: str, now: datetime, keep: bool = True
) -> Register:
    """All lists that a gateway has: files of the settings read anew, imported ones and the cloud's as they are kept.

    A file of the settings that is gone is used as it was last read, so that it may be deleted. While a list that
    somebody imported cannot be read, nobody is said to be on none: who stands on it is not known any more.

    Args:
        data: the gateway's data folder.
        keep: whether what is read is also written; not where a configuration is only looked at.
    Raises:
        Misconfigured: a file of the settings cannot be read, or is wrong, or is gone and was never read.
        DiskFull: the disk refuses.
    """
    hasher = Hasher.of(key)
    storage = Storage(data, hasher)
    all_kept = tuple(storage.all())
    given_again = {storage.path(name) for name in (CLOUD, *(path.name for path in settings.lists))}
    lost = {str(kept.path) for kept in all_kept if isinstance(kept, Unreadable) and kept.path not in given_again}
    register = Register(storage, hasher, timezone=timezone, awaited=lost | ({CLOUD} if settings.from_cloud else set()))
    for kept in all_kept:
        if isinstance(kept, Unreadable):
            log.warning("a list of permits is not used: %s", kept)
        elif kept.origin is Origin.IMPORTED or (kept.origin is Origin.CLOUD and settings.from_cloud):
            register.put(kept)
    _no_doubles([path.name for path in settings.lists])
    for path in settings.lists:
        register.put(_of_settings(path, storage, hasher, timezone=timezone, now=now, keep=keep))
    return register


def _of_settings(
    path: Path, storage: Storage, hasher: Hasher, *, timezone: str, now: datetime, keep: bool
) -> HashedList:
    if path.exists():
        sheet = read_sheet(path, timezone)
        hashed = hasher.hashed(sheet.permits, name=sheet.name, origin=Origin.SETTINGS, made_at=now)
        if keep:
            storage.write(hashed)
        return hashed
    try:
        kept = storage.read(path.name)
    except Unreadable as fault:
        raise Misconfigured(f"plates.lists: {path}: {fault}") from None
    if kept is None:
        raise Misconfigured(
            f"plates.lists: {path}: 没有这个文件，也没有导入过 there is no such file, and it was never imported"
        )
    return kept


def _no_doubles(names: list[str]) -> None:
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise Misconfigured(
            f"plates.lists: 两个文件同名 {doubles[0]!r} two files are called so; lists are kept by the file's name"
        )
