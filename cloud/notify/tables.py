"""Tables of notices."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Time,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from cloud.db.metadata import Moment, metadata

_id = Uuid(as_uuid=False)
OPEN: Final = "state in ('waiting', 'failed')"

notice_destinations: Final = Table(
    "notice_destinations",
    metadata,
    Column("id", _id, primary_key=True),
    Column("organisation", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("sealed", Text, nullable=False),  # its address, which holds tokens; empty once it is removed
    Column("language", Text, nullable=False),
    Column("quiet_from", Time),
    Column("quiet_until", Time),
    Column("window_s", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("away_from", Moment),
    Column("away_until", Moment),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("removed_at", Moment),
    Column("failing_since", Moment),
    Column("reason", Text),
    Column("alarmed_at", Moment),  # when the others of its organisation were told last that it is stuck
    Column("last_sent_at", Moment),
    Column("version", Integer, nullable=False, server_default="1"),  # counted up by each change of what is set
    Column(
        "left_out", Integer, nullable=False, server_default="0"
    ),  # what was not noted, for so much waits; told as a number
    Index("ix_notice_destinations_organisation", "organisation", postgresql_where=text("removed_at is null")),
)

notice_rules: Final = Table(
    "notice_rules",
    metadata,
    Column("id", _id, primary_key=True),
    Column("organisation", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("conditions", JSONB(none_as_null=True), nullable=False),
    Column("destination", _id, ForeignKey("notice_destinations.id"), nullable=False),
    Column("by_duty", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # counted up by each change
)

notice_duties: Final = Table(
    "notice_duties",
    metadata,
    Column("id", _id, primary_key=True),
    Column("organisation", Text, nullable=False, index=True),
    Column("weekday", Integer, nullable=False),
    Column("start", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("destination", _id, ForeignKey("notice_destinations.id"), nullable=False),
    Column("substitute", _id, ForeignKey("notice_destinations.id")),
)

# When to look whether anybody has taken a case.
notice_watches: Final = Table(
    "notice_watches",
    metadata,
    Column("rule", _id, ForeignKey("notice_rules.id", ondelete="cascade"), primary_key=True),
    Column("case_id", _id, primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
)

# One for each message to one destination; what it says is made when it is formed and stays, however often it is tried.
notice_messages: Final = Table(
    "notice_messages",
    metadata,
    Column("id", _id, primary_key=True),
    Column("destination", _id, ForeignKey("notice_destinations.id"), nullable=False),
    Column("lane", Text, nullable=False),
    Column("formed_at", Moment, nullable=False),
    Column("tells", Integer, nullable=False),  # items in it
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment, nullable=False),
    Column("reason", Text),
    Column("ended_at", Moment),
    # Of each lane one message of a destination is on its way, whatever two workers do at once.
    Index("uq_notice_messages_open", "destination", "lane", unique=True, postgresql_where=text(OPEN)),
    Index("ix_notice_messages_next_at", "next_at", postgresql_where=text(OPEN)),
    Index("ix_notice_messages_ended_at", "ended_at"),
)

# What a destination is to be told; `message` is empty until one is formed of it.
notice_items: Final = Table(
    "notice_items",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("destination", _id, ForeignKey("notice_destinations.id"), nullable=False),
    Column("occasion", Text, nullable=False),
    Column("case_id", _id),
    Column("subject", _id),  # the destination that is stuck, where that is told
    Column("urgent", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("release_at", Moment, nullable=False),
    Column("message", _id, ForeignKey("notice_messages.id", ondelete="cascade"), index=True),
    Index("ix_notice_items_case_id", "case_id", postgresql_where=text("case_id is not null")),
    Index("ix_notice_items_waiting", "destination", "urgent", "release_at", postgresql_where=text("message is null")),
)
