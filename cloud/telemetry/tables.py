"""Tables of berths."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Identity, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from cloud.db.metadata import Moment, metadata

# What a camera told last of all its berths.
berth_cameras: Final = Table(
    "berth_cameras",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("past_epochs", JSONB, nullable=False),  # told before; the newest last
    Column("seq", Integer, nullable=False),
    Column("counted_since", Moment, nullable=False),
    Column("observed_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("clock", Text, nullable=False),
    Column("odd_time", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
)

_camera = ("community", "gateway", "camera")

berths: Final = Table(
    "berths",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("vehicle", Text),
    Column("came", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    ForeignKeyConstraint(_camera, [f"berth_cameras.{name}" for name in _camera], name="fk_berths_camera"),
)

# Changes of state, the newest few of each berth.
berth_changes: Final = Table(
    "berth_changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Index("ix_berth_changes_berth", "community", "gateway", "camera", "zone", "id"),
)
