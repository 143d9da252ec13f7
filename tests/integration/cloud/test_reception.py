"""What becomes of each kind of message, sound or not, in the inbox, in quarantine and in the receipts."""

import asyncio
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.errors import DatabaseLost
from cloud.ingest.reading import Reason
from cloud.ingest.reception import Message, Taken
from cloud.ingest.watermark import MAX_RANGES
from contract.envelope import MAX_EVENT_BYTES
from contract.signatures import sign
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import PARKING, Sender, Sent


def committed(taken: Taken) -> dict[str, tuple[int, list[tuple[int, int]]]]:
    """What the receipts will say, by lane."""
    return {
        key.lane.value: (received.committed, [(hole.first, hole.last) for hole in received.missing])
        for key, received in taken.watermarks.items()
    }


async def test_an_event_is_stored_as_it_came(ground: Ground, sender: Sender) -> None:
    sent = sender.opened()
    taken = await ground.take(sent)
    assert committed(taken) == {"alarm": (1, [])}
    assert await ground.rows("select body, seq, chain, applied, odd_time from inbox") == [
        (sent.body, 1, "ok", True, False)
    ]


async def test_the_same_event_a_thousand_times_is_one_event_and_a_receipt_each_time(
    ground: Ground, sender: Sender
) -> None:
    sent = sender.opened()
    for _ in range(1000):
        assert committed(await ground.take(sent)) == {"alarm": (1, [])}
    assert await ground.one("select count(*) from inbox") == 1
    assert (await ground.case()).sightings == 1
    assert await ground.quarantine.count() == 0


def bent(sender: Sender, **changes: Any) -> Sent:
    return sender.say("parking.opened.v1", changes.pop("data", PARKING), **changes)


BAD: list[tuple[str, Any, Reason, bool]] = [
    # name, message, reason, counted: the gateway gets a receipt and need not send it for ever
    ("unknown type", lambda s: s.say("parking.flew_away.v1", {"x": 1}), Reason.UNKNOWN_TYPE, True),
    ("unknown version", lambda s: s.say("parking.opened.v2", PARKING, lane="alarm"), Reason.UNKNOWN_TYPE, True),
    ("unknown field", lambda s: bent(s, data={**PARKING, "colour": "red"}), Reason.MALFORMED, True),
    ("field out of range", lambda s: bent(s, data={**PARKING, "score": 2}), Reason.MALFORMED, True),
    ("NUL in a text", lambda s: bent(s, data={**PARKING, "zone_name": "a\x00b"}), Reason.MALFORMED, True),
    ("year 9999", lambda s: bent(s, data={**PARKING, "entered_at": "9999-12-31T23:59:59Z"}), Reason.MALFORMED, True),
    ("gap backwards", lambda s: s.gap("telemetry", 9, 3), Reason.MALFORMED, True),
    ("gap in state", lambda s: s.gap("state", 1, 3), Reason.MALFORMED, True),
    ("no envelope", lambda s: Sent("", s.topic("alarm"), b'{"type":"parking.opened.v1"}', 0), Reason.MALFORMED, False),
    ("truncated", lambda s: Sent("", s.topic("alarm"), s.opened().body[:-40], 0), Reason.MALFORMED, False),
    ("not JSON", lambda s: Sent("", s.topic("alarm"), b"\xff\x00garbage", 0), Reason.MALFORMED, False),
    ("deeply nested", lambda s: Sent("", s.topic("alarm"), b"[" * 100_000, 0), Reason.MALFORMED, False),
    ("empty", lambda s: Sent("", s.topic("alarm"), b"", 0), Reason.MALFORMED, False),
    ("oversized", lambda s: Sent("", s.topic("alarm"), b"x" * (MAX_EVENT_BYTES + 1), 0), Reason.OVERSIZED, False),
    ("other key, same id of it", lambda s: forged(s, s.opened()), Reason.SIGNATURE, False),
    ("other key", lambda s: bent(s, key=Ed25519PrivateKey.generate()), Reason.SIGNATURE, False),
    ("changed after signing", lambda s: changed(s.opened()), Reason.SIGNATURE, False),
    ("huge number", lambda s: Sent("", s.topic("alarm"), numbered(s.opened(), 10**30), 0), Reason.MALFORMED, False),
    ("lane of another topic", lambda s: Sent("", s.topic("event"), s.opened().body, 0), Reason.TOPIC, False),
    (
        "topic of another gateway",
        lambda s: Sent("", "linli/v1/demo/gw-2/alarm", s.opened().body, 0),
        Reason.TOPIC,
        False,
    ),
    ("topic that goes down", lambda s: Sent("", s.topic("cmd"), s.opened().body, 0), Reason.TOPIC, False),
    ("no topic of ours", lambda s: Sent("", "a/\x00/" + "b" * 9999, s.opened().body, 0), Reason.TOPIC, False),
    ("source of another", lambda s: bent(s, source="/linli/demo/gw-2"), Reason.MALFORMED, False),
    ("unknown gateway", lambda _: Sender(gateway="gw-9").opened(), Reason.UNKNOWN_GATEWAY, False),
]


def forged(sender: Sender, sent: Sent) -> Sent:
    """Signed by another, under the id of the registered key."""
    document = json.loads(sent.body)
    return Sent(sent.id, sent.topic, sign(document, Ed25519PrivateKey.generate()), sent.seq)


def changed(sent: Sent) -> Sent:
    return Sent(sent.id, sent.topic, sent.body.replace(b'"car"', b'"bus"'), sent.seq)


def numbered(sent: Sent, seq: int) -> bytes:
    return sent.body.replace(b'"seq":1', f'"seq":{seq}'.encode())


@pytest.mark.parametrize(("message", "reason", "counted"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
async def test_what_is_not_understood_is_kept(
    ground: Ground, sender: Sender, message: Any, reason: Reason, counted: bool
) -> None:
    sent = message(sender)
    for times in (1, 2):
        taken = await ground.take(sent)
        assert taken.fault is not None
        [held] = await ground.quarantine.list()
        assert (held.reason, held.counted, held.times) == (reason, counted, times)
        assert held.size == len(sent.body)
        assert bool(taken.watermarks) == counted
    assert await ground.one("select body from quarantine") == sent.body[:MAX_EVENT_BYTES]
    assert await ground.one("select count(*) from inbox") == int(counted)
    assert await ground.listed(open_only=None) == []


async def test_what_is_counted_but_not_understood_is_no_hole(ground: Ground, sender: Sender) -> None:
    unknown = sender.say("parking.flew_away.v1", {})
    after = sender.cleared()
    await ground.take(unknown)
    assert committed(await ground.take(after)) == {"event": (2, [])}
    assert await ground.rows("select seq, chain from inbox order by seq") == [(1, "ok"), (2, "ok")]


async def test_no_forged_message_moves_a_watermark(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    rival = Sender(heads={"alarm": (1, "0" * 64)})
    assert (await ground.take(rival.opened())).watermarks == {}
    assert await ground.one("select received::text from lanes") == "{[1,2)}"


async def test_an_event_opens_its_case_when_its_gateway_is_registered_and_it_is_replayed(ground: Ground) -> None:
    sender = Sender()
    await ground.take(sender.opened())
    [held] = await ground.quarantine.list(reason=Reason.UNKNOWN_GATEWAY)
    assert not await ground.quarantine.replay(held.id, ground.reception.retake)
    assert await ground.quarantine.count() == 1

    await ground.devices.register("demo", "gw-1", sender.public)
    assert await ground.quarantine.replay(held.id, ground.reception.retake)
    assert await ground.quarantine.count() == 0
    assert (await ground.case()).sightings == 1
    assert not await ground.quarantine.replay(held.id, ground.reception.retake)


async def test_an_event_that_was_kept_unread_is_applied_once_it_is_understood(
    ground: Ground, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as old:
        old.setattr("contract.events.EVENT_TYPES", ("device.birth.v1",))  # a program from before
        assert (await ground.take(sender.opened())).fault is not None
    [held] = await ground.quarantine.list()
    assert await ground.quarantine.replay(held.id, ground.reception.retake)
    assert (await ground.case()).sightings == 1
    assert await ground.one("select applied from inbox")


async def test_oversized_bytes_were_cut_and_cannot_be_replayed(ground: Ground, sender: Sender) -> None:
    await ground.take(Sent("", sender.topic("alarm"), b"x" * (MAX_EVENT_BYTES + 1), 0))
    [held] = await ground.quarantine.list()
    assert not await ground.quarantine.replay(held.id, ground.reception.retake)


async def test_the_same_id_with_other_bytes_is_a_conflict(ground: Ground, sender: Sender) -> None:
    first = sender.opened()
    await ground.tell(first)
    taken = await ground.take(sender.say("parking.opened.v1", {**PARKING, "score": 0.5}, id=first.id))
    assert taken.fault is not None
    assert taken.fault.reason is Reason.CONFLICT
    assert committed(taken) == {"alarm": (1, [])}
    assert await ground.one("select count(*) from inbox") == 1


async def test_the_same_sequence_with_another_id_is_a_conflict(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    sender.heads.clear()
    taken = await ground.take(sender.opened())
    assert taken.fault is not None
    assert taken.fault.reason is Reason.CONFLICT
    assert committed(taken) == {"alarm": (1, [])}
    assert (await ground.case()).sightings == 1


async def test_another_life_of_the_store_counts_from_one_again(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    second = Sender(key=sender.key, epoch="fedcba9876543210")
    assert committed(await ground.take(second.opened())) == {"alarm": (1, [])}
    assert await ground.quarantine.count() == 0


@pytest.mark.parametrize(
    ("name", "order", "said"),
    [
        ("in order", [1, 2, 3], (3, [])),
        ("the first is missing", [2, 3], (0, [(1, 1)])),
        ("a hole", [1, 4], (1, [(2, 3)])),
        ("two holes", [2, 4, 5], (0, [(1, 1), (3, 3)])),
        ("filled backwards", [3, 2, 1], (3, [])),
    ],
)
async def test_a_receipt_tells_what_is_there_and_what_is_not(
    ground: Ground, sender: Sender, name: str, order: list[int], said: tuple[int, list[tuple[int, int]]]
) -> None:
    all_sent = [sender.milestone() for _ in range(5)]
    taken = [await ground.take(all_sent[seq - 1]) for seq in order]
    assert committed(taken[-1]) == {"event": said}, name


async def test_a_receipt_names_64_holes_at_most(ground: Ground, sender: Sender) -> None:
    all_sent = [sender.health() for _ in range(140)]
    taken = [await ground.take(sent) for sent in all_sent[1::2]]
    [received] = taken[-1].watermarks.values()
    assert len(received.missing) == 64
    assert (received.missing[0].first, received.missing[-1].last) == (1, 127)


async def test_a_lane_has_a_limited_number_of_holes(ground: Ground, sender: Sender) -> None:
    full = ",".join(f"[{2 * n},{2 * n}]" for n in range(1, MAX_RANGES + 1))
    await ground.tell(sender.health())
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql("update lanes set received = %s", (f"{{{full}}}",))
    sender.heads["telemetry"] = (2 * MAX_RANGES + 10, "0" * 64)
    beyond = sender.health()
    taken = await ground.take(beyond)
    assert taken.fault is not None
    assert taken.fault.reason is Reason.HOLES
    sender.heads["telemetry"] = (2, "0" * 64)
    assert (await ground.take(sender.health())).fault is None  # the third: it closes a hole
    assert (await ground.take(beyond)).fault is None


async def test_a_gap_fills_what_will_never_come_and_is_remembered(ground: Ground, sender: Sender) -> None:
    all_sent = [sender.health() for _ in range(6)]
    await ground.tell(all_sent[0], all_sent[5])
    taken = await ground.take(sender.gap("telemetry", 2, 5))
    assert committed(taken) == {"event": (1, []), "telemetry": (6, [])}
    assert await ground.rows("select lane, first, last, reason from gaps") == [("telemetry", 2, 5, "budget")]


async def test_a_gap_may_reach_the_last_number_there_is(ground: Ground, sender: Sender) -> None:
    taken = await ground.take(sender.gap("telemetry", 1, 2**31 - 1))
    assert committed(taken)["telemetry"] == (2**31 - 1, [])


@pytest.mark.parametrize(
    ("name", "order", "verdicts"),
    [
        ("in order", [1, 2, 3], ["ok", "ok", "ok"]),
        ("backwards", [3, 2, 1], ["ok", "ok", "ok"]),
        ("the one before is not there", [1, 3], ["ok", "open"]),
    ],
)
async def test_the_chain_is_checked_when_both_ends_are_there(
    ground: Ground, sender: Sender, name: str, order: list[int], verdicts: list[str]
) -> None:
    all_sent = [sender.milestone() for _ in range(3)]
    await ground.tell(*(all_sent[seq - 1] for seq in order))
    assert [row[0] for row in await ground.rows("select chain from inbox order by seq")] == verdicts, name


@pytest.mark.parametrize("backwards", [False, True])
async def test_a_broken_chain_is_recorded_and_nothing_is_dropped(
    ground: Ground, sender: Sender, backwards: bool
) -> None:
    first = sender.milestone()
    sender.heads["event"] = (1, "f" * 64)
    second = sender.milestone()
    await ground.tell(*((second, first) if backwards else (first, second)))
    assert await ground.rows("select seq, chain from inbox order by seq") == [(1, "ok"), (2, "broken")]


@pytest.mark.parametrize(
    ("time", "odd"),
    [
        ("1970-01-01T00:00:07Z", True),
        ("2019-06-01T00:00:00Z", True),
        ("2026-10-20T02:00:00Z", True),
        ("2026-10-23T02:00:00Z", False),
        ("2026-11-21T02:04:59Z", False),
        ("2026-11-21T02:05:01Z", True),
        ("2099-01-01T00:00:00Z", True),
        ("0001-01-01T00:00:00+14:00", True),
        ("9999-12-31T23:59:59-12:00", True),
    ],
)
async def test_events_of_the_past_and_the_future_are_taken_and_marked(
    ground: Ground, sender: Sender, time: str, odd: bool
) -> None:
    taken = await ground.take(sender.say("parking.opened.v1", PARKING, time=time, clock="unsynced"))
    assert committed(taken) == {"alarm": (1, [])}
    [(stored_odd, clock, received_at)] = await ground.rows("select odd_time, clock, received_at from inbox")
    assert (stored_odd, clock, received_at) == (odd, "unsynced", ground.clock())
    if taken.fault is None:
        assert (await ground.case()).odd_time == odd


async def test_two_workers_take_the_same_messages_at_once(ground: Ground, sender: Sender) -> None:
    all_sent = [sender.opened(slot=f"cam1.s{n}", stay=f"cam1.s{n}.1") for n in range(8)]
    all_sent += [sender.milestone() for _ in range(8)]
    taken = await asyncio.gather(*(ground.take(sent) for sent in all_sent for _ in range(4)))
    assert [one.fault for one in taken if one.fault] == []
    assert await ground.one("select count(*) from inbox") == 16
    assert await ground.one("select count(*) from cases") == 8
    assert await ground.one("select count(distinct number) from cases") == 8
    assert await ground.one("select count(*) from inbox where chain <> 'ok'") == 0
    assert await ground.quarantine.count() == 0


async def test_a_bug_does_not_stand_in_the_way_of_what_comes_after(
    ground: Ground, sender: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(ground.cases, "apply", fail)
        first = sender.opened()
        taken = await ground.take(first)
    assert taken.fault is not None
    assert taken.fault.reason is Reason.FAULT
    assert "could not be taken in" in caplog.text
    assert await ground.one("select count(*) from inbox") == 0, "nothing of the failed transaction stays"
    assert committed(await ground.take(sender.opened())) == {"alarm": (0, [(1, 1)])}
    [held] = await ground.quarantine.list()
    assert await ground.quarantine.replay(held.id, ground.reception.retake)


async def test_a_database_that_takes_no_changes_is_lost_and_no_event_is_to_blame(
    ground: Ground, sender: Sender
) -> None:
    sent = sender.opened()
    name = await ground.one("select current_database()")
    for read_only in ("on", "off"):
        async with ground.engine.begin() as connection:
            await connection.exec_driver_sql("set transaction read write")
            await connection.exec_driver_sql(f'alter database "{name}" set default_transaction_read_only = {read_only}')
        await ground.engine.dispose()  # as a failover does
        if read_only == "on":
            with pytest.raises(DatabaseLost, match="read-only"):
                await ground.take(sent)
    assert (await ground.take(sent)).fault is None
    assert await ground.quarantine.count() == 0


async def test_what_nobody_signed_is_limited_and_what_is_counted_is_not(ground: Ground, sender: Sender) -> None:
    ground.quarantine._max_rows = 10
    await ground.take(sender.say("parking.flew_away.v1", {}))
    for n in range(15):
        await ground.take(Sent("", sender.topic("alarm"), b"rubbish %d" % n, 0))
    assert await ground.quarantine.prune() == 5
    left = await ground.quarantine.list(limit=100)
    assert [held.counted for held in left].count(True) == 1
    assert len(left) == 11
    assert await ground.quarantine.prune() == 0


async def test_a_revoked_gateway_is_not_believed(ground: Ground, sender: Sender) -> None:
    await ground.devices.revoke("demo", "gw-1")
    taken = await ground.take(sender.opened())
    assert taken.fault is not None
    assert taken.fault.reason is Reason.UNKNOWN_GATEWAY


async def test_a_gateway_is_shown_as_it_said_last(ground: Ground, sender: Sender) -> None:
    [unseen] = await ground.devices.list()
    assert (unseen.presence, unseen.last_seen, unseen.health) == ("unseen", None, None)
    birth = sender.birth(cameras=["cam1", "cam2"])
    await ground.tell(birth, sender.health(memory_bytes=77))
    [up] = await ground.devices.list()
    assert (up.presence, up.cameras, up.software, up.last_seen) == ("up", ("cam1", "cam2"), "0.1.0", ground.clock())
    assert up.health is not None
    assert up.health.memory_bytes == 77
    await ground.tell(sender.death("lost"))
    await ground.tell(birth)  # a broker that hands out the retained birth again does not raise the dead
    [lost] = await ground.devices.list()
    assert lost.presence == "lost"


async def test_messages_without_a_source_leave_the_way_back_alone(ground: Ground, sender: Sender) -> None:
    first = sender.birth()
    await ground.reception.take(Message(first.topic, first.body, "nats://a"))
    second = sender.health()
    await ground.reception.retake(second.topic, second.body)
    assert await ground.one("select via from gateways") == "nats://a"


async def test_health_that_an_older_program_stored_stands_in_nobodys_way(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.health())
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql('update gateways set health = \'{"from": "before"}\'')
    [gateway] = await ground.devices.list()
    assert gateway.health is None
    await ground.tell(sender.health(memory_bytes=5))
    [gateway] = await ground.devices.list()
    assert gateway.health is not None
