"""Tables of what came in."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE

from cloud.db.metadata import Moment, metadata

# Every event whose envelope and signature are sound, byte for byte as it came.
inbox: Final = Table(
    "inbox",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("observed_at", Moment, nullable=False),
    Column("clock", Text, nullable=False),
    Column("odd_time", Boolean, nullable=False),  # observed oddly far from when it was received
    Column("received_at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("prevhash", Text, nullable=False),
    Column("chain", Text, nullable=False),  # ok, broken, or open: the one before is not there
    Column("applied", Boolean, nullable=False),  # false: kept and counted, but not understood; see quarantine
    Column("body", LargeBinary),  # none once its time is over: `digest` and the chain tell that it was there
    Index(
        "uq_inbox_place",
        "community",
        "gateway",
        "epoch",
        "lane",
        "seq",
        unique=True,
        postgresql_where=text("seq > 0"),
    ),
    Index("ix_inbox_broken", "received_at", postgresql_where=text("chain = 'broken'")),
    Index("ix_inbox_body", "received_at", postgresql_where=text("body is not null")),
)

# What has been committed of each lane, as ranges of sequence numbers.
lanes: Final = Table(
    "lanes",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("epoch", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("received", INT8MULTIRANGE, nullable=False),
)

gaps: Final = Table(
    "gaps",
    metadata,
    Column("event_id", Uuid(as_uuid=False), primary_key=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
)

# What was not understood or not believed, with its bytes; never thrown away unread.
quarantine: Final = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("inbox_id", Uuid(as_uuid=False)),  # set where the event is counted as received all the same
    Column("body", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),  # bytes as it came; `body` may hold fewer
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("settled_at", Moment),  # replayed with success
    UniqueConstraint("topic", "digest"),
)
