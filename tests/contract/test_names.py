"""Topics, identifiers and downlink messages at their limits."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contract.downlink import MAX_DOWNLINK_BYTES, MAX_MISSING, Receipt, parse_downlink
from contract.envelope import Lane
from contract.errors import Malformed, Oversized
from contract.identifiers import is_slug, uuid7
from contract.topics import Topic, lane_topic, parse_topic
from tests.contract.samples import ID, SIG

RECEIPT = {
    "type": "receipt.v1",
    "community": "demo",
    "gateway": "gw-1",
    "issued_at": "2026-11-21T02:05:00Z",
    "keyid": "0123456789abcdef",
    "sig": SIG,
    "epoch": "0123456789abcdef",
    "lane": "alarm",
    "committed": 7,
}


def test_a_topic_is_the_same_as_a_subject() -> None:
    topic = lane_topic("demo", "gw-1", Lane.ALARM)
    assert str(topic) == "linli/v1/demo/gw-1/alarm"
    assert topic.subject == "linli.v1.demo.gw-1.alarm"
    assert parse_topic(str(topic)) == parse_topic(topic.subject) == topic == Topic("demo", "gw-1", "alarm")


@pytest.mark.parametrize(
    "text",
    [
        "| linli/v1/demo/gw-1",
        "linli/v2/demo/gw-1/alarm",
        "linli/v1/demo/gw-1/alarm/x",
        "linli/v1/+/gw-1/alarm",
        "linli/v1/demo/gw-1/noise",
        "linli/v1/Demo/gw-1/alarm",
        "linli/v1//gw-1/alarm",
        "linli/v1/a b/gw-1/alarm",
    ],
)
def test_another_topic_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_topic(text)


SLUGS = [("a", True), ("gw-1", True), ("a" * 63, True), ("a" * 64, False), ("-a", False), ("a-", False), ("", False)]


@pytest.mark.parametrize(
    ("text", "good"), [*SLUGS, ("a.b", False), ("a b", False), ("a\n", False), ("小区", False), ("A", False)]
)
def test_names_that_may_stand_in_a_topic(text: str, good: bool) -> None:
    assert is_slug(text) is good


def test_a_uuid7_sorts_by_time_and_is_one() -> None:
    start = datetime(2026, 11, 21, tzinfo=UTC)
    ids = [uuid7(start + timedelta(milliseconds=n), bytes([255 - n] * 10)) for n in range(50)]
    assert ids == sorted(ids)
    assert {UUID(text).version for text in ids} == {7}
    assert {UUID(text).variant for text in ids} == {"specified in RFC 4122"}


def test_the_example_of_the_standard() -> None:
    # RFC 9562, appendix A.6: 2022-02-22 19:22:22 UTC, rand_a CC3, rand_b 18C4DC0C0C07398F
    when = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    entropy = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10)
    assert uuid7(when, entropy) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_a_dead_clock_still_gives_ids_and_wrong_entropy_does_not() -> None:
    assert uuid7(datetime(1960, 1, 1, tzinfo=UTC), bytes(10)).startswith("00000000-0000-7")
    with pytest.raises(ValueError, match="entropy"):
        uuid7(datetime.now(UTC), bytes(9))
    with pytest.raises(ValueError, match="zone"):
        uuid7(datetime(2026, 1, 1), bytes(10))  # noqa: DTZ001


def test_a_receipt_is_read_at_its_limit_and_refused_beyond() -> None:
    ranges = [{"first": n + 1, "last": n + 1} for n in range(MAX_MISSING)]
    receipt = parse_downlink(json.dumps({**RECEIPT, "missing": ranges}).encode())
    assert isinstance(receipt, Receipt)
    assert len(receipt.missing) == MAX_MISSING
    with pytest.raises(Malformed, match="missing"):
        parse_downlink(json.dumps({**RECEIPT, "missing": [*ranges, ranges[0]]}).encode())


WRONG = [
    ("unknown type", {"type": "reboot.v1"}),
    ("unknown field", {"please": True}),
    ("negative", {"committed": -1}),
    ("no epoch", {"epoch": ""}),
    ("a number as text", {"committed": "7"}),
    ("a look without a place", {"type": "look.v1", "id": ID}),
]


@pytest.mark.parametrize("changes", [case[1] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_downlink_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        parse_downlink(json.dumps({**RECEIPT, **changes}).encode())


def test_an_oversized_downlink_is_refused() -> None:
    body = json.dumps(RECEIPT).encode()
    parse_downlink(body + b" " * (MAX_DOWNLINK_BYTES - len(body)))
    with pytest.raises(Oversized):
        parse_downlink(body + b" " * (MAX_DOWNLINK_BYTES - len(body) + 1))
