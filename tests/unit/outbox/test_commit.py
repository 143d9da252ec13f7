"""A commit numbers, chains, signs and keeps, all or nothing."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.device import BirthData, ConfigData, DeviceBirth, DeviceConfig
from contract.envelope import ClockTrust, Lane
from contract.errors import ContractError, Oversized
from contract.events import parse_event
from contract.signatures import NO_HASH, digest, verify
from edge.errors import Misconfigured
from edge.outbox import Draft, Identity, database
from edge.values import Moment
from tests.unit.outbox.makers import (
    KEY,
    START,
    alarm,
    at,
    bodies,
    check_chain,
    notice,
    numbers,
    receipt,
    store,
    telemetry,
)


def test_each_lane_has_its_own_numbers_and_its_own_chain() -> None:
    outbox = store(":memory:")
    records = outbox.commit([alarm(1), notice(1), alarm(2)]) + outbox.commit([telemetry(1), alarm(3), notice(2)])
    assert [(record.lane, record.seq) for record in records] == [
        (Lane.ALARM, 1),
        (Lane.EVENT, 1),
        (Lane.ALARM, 2),
        (Lane.TELEMETRY, 1),
        (Lane.ALARM, 3),
        (Lane.EVENT, 2),
    ]
    for lane, count in ((Lane.ALARM, 3), (Lane.EVENT, 2), (Lane.TELEMETRY, 1)):
        kept = outbox.pending(lane, 0, 10)
        assert len(kept) == count
        check_chain(bodies(kept))


def test_the_chain_goes_on_after_its_records_are_gone_and_after_a_restart(tmp_path: Path) -> None:
    with store(tmp_path / "outbox.db") as outbox:
        last = outbox.commit([alarm(1), alarm(2)])[-1]
        outbox.receive(receipt(outbox, Lane.ALARM, 2), at(3))
        epoch = outbox.epoch
    with store(tmp_path / "outbox.db") as outbox:
        assert outbox.epoch == epoch
        check_chain(bodies(outbox.commit([alarm(3)])), before=digest(last.body), first=3)


def test_a_new_store_draws_an_epoch_unless_it_is_given_one() -> None:
    assert store(":memory:").epoch != store(":memory:").epoch
    assert store(":memory:", epoch="00000000000000ff").epoch == "00000000000000ff"


def test_a_store_keeps_its_epoch_whatever_it_is_given(tmp_path: Path) -> None:
    with store(tmp_path / "outbox.db", epoch="00000000000000aa"):
        pass
    with store(tmp_path / "outbox.db", epoch="00000000000000bb") as outbox:
        assert outbox.epoch == "00000000000000aa"


def test_the_same_drafts_entropy_and_epoch_give_the_same_bytes() -> None:
    first, second = (store(":memory:", epoch="0" * 16, entropy=lambda: b"0123456789") for _ in range(2))
    assert first.commit([alarm(1), notice(2)]) == second.commit([alarm(1), notice(2)])


def test_an_event_says_what_its_draft_said_and_leaves_out_what_is_none() -> None:
    body = store(":memory:").commit([notice(5)])[0].body
    event = parse_event(body)
    assert (event.time, event.clock, event.source) == (at(5).seen_at, ClockTrust.SYNCED, "/linli/garden/gw1")
    assert b'"subject"' not in body
    assert b"null" not in body


def test_times_are_told_in_utc_whatever_the_zone_and_year() -> None:
    before_chips = Moment(0.0, datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), ClockTrust.UNSYNCED)
    draft = Draft(DeviceConfig, ConfigData(version="0123456789ab"), before_chips)
    event = parse_event(store(":memory:").commit([draft])[0].body)
    assert event.time.isoformat() == "1970-01-01T00:00:05+00:00"


def test_state_is_kept_with_the_events_it_belongs_to(tmp_path: Path) -> None:
    with store(tmp_path / "outbox.db") as outbox:
        assert outbox.state("east") is None
        outbox.commit([alarm(1)], state={"east": b"one", "west": b"w"})
        outbox.commit([], state={"east": b"two"})
    with store(tmp_path / "outbox.db") as outbox:
        assert (outbox.state("east"), outbox.state("west")) == (b"two", b"w")


REFUSED = [
    ("no event of the contract", Draft(DeviceConfig, ConfigData(version="0" * 12), at(1), "s" * 201), ContractError),
    ("longer than an event may be", Draft(telemetry().model, telemetry(1, cameras=256).data, at(1)), Oversized),
]


@pytest.mark.parametrize(("name", "draft", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_one_bad_draft_and_nothing_of_the_commit_is_kept(
    name: str, draft: Draft, error: type[ContractError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contract.events.MAX_EVENT_BYTES", 20_000)
    outbox = store(":memory:")
    outbox.commit([alarm(1)], state={"east": b"before"})
    with pytest.raises(error):
        outbox.commit([alarm(2), draft], state={"east": b"after"})
    assert numbers(outbox, Lane.ALARM) == [1]
    assert outbox.state("east") == b"before"
    check_chain(bodies([*outbox.pending(Lane.ALARM, 0, 9), *outbox.commit([alarm(2)])]))


def test_a_birth_is_signed_but_neither_numbered_nor_kept() -> None:
    outbox = store(":memory:")
    body = outbox.announce(Draft(DeviceBirth, BirthData(software="1.0", started_at=START), at(0)))
    verify(body, KEY.public_key())
    event = parse_event(body)
    assert (event.seq, event.prevhash, event.lane) == (0, NO_HASH, "state")
    assert outbox.stats().records == 0


def test_threads_that_commit_beside_each_other_leave_one_chain(tmp_path: Path) -> None:
    outbox = store(tmp_path / "outbox.db")
    threads = [threading.Thread(target=lambda: [outbox.commit([alarm(i)]) for i in range(20)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = outbox.pending(Lane.ALARM, 0, 1000)
    assert len(kept) == 120
    check_chain(bodies(kept))
    outbox.close()


def test_pending_gives_records_in_order_after_a_number_and_no_more_than_asked() -> None:
    outbox = store(":memory:")
    outbox.commit([alarm(i) for i in range(5)])
    assert [record.seq for record in outbox.pending(Lane.ALARM, 1, 3)] == [2, 3, 4]
    assert outbox.pending(Lane.EVENT, 0, 3) == []


def test_stats_count_what_waits() -> None:
    outbox = store(":memory:")
    records = outbox.commit([alarm(1), alarm(2), telemetry(1)])
    stats = outbox.stats()
    assert (stats.records, stats.size) == (3, sum(len(record.body) for record in records))
    outbox.receive(receipt(outbox, Lane.ALARM, 1), at(3))
    depth = outbox.stats().lanes[Lane.ALARM]
    assert (depth.records, depth.size, depth.last) == (1, len(records[1].body), 2)


def test_a_second_gateway_on_the_same_folder_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT_S", 0.05)
    with store(tmp_path / "outbox.db"), pytest.raises(Misconfigured, match=r"gateway\.data.*in use"):
        store(tmp_path / "outbox.db")


def test_a_folder_of_another_gateway_is_not_taken_over(tmp_path: Path) -> None:
    with store(tmp_path / "outbox.db"):
        pass
    with pytest.raises(Misconfigured, match="belongs to /linli/garden/gw1"):
        store(tmp_path / "outbox.db", identity=Identity("garden", "gw2"))


def test_commands_that_are_done_are_remembered_over_a_restart(tmp_path: Path) -> None:
    with store(tmp_path / "outbox.db") as outbox:
        assert not outbox.seen_command("a")
        outbox.mark_command("a")
        outbox.mark_command("a")
    with store(tmp_path / "outbox.db") as outbox:
        assert outbox.seen_command("a")
        assert not outbox.seen_command("b")


def test_the_oldest_commands_are_forgotten_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.outbox.outbox.MAX_COMMANDS", 3)
    outbox = store(":memory:")
    for command in "abcd":
        outbox.mark_command(command)
    assert [command for command in "abcd" if outbox.seen_command(command)] == ["b", "c", "d"]
