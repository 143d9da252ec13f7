"""Tables of berths and of meters."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)
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

# Each meter as its gateway told last, and the latest reading of it.
meters: Final = Table(
    "meters",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("meter", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("medium", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("past_epochs", JSONB, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("observed_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("clock", Text, nullable=False),
    Column("odd_time", Boolean, nullable=False),
    Column("undated", BigInteger, nullable=False),  # readings that stand in no rollup: nobody believes their time
    # The latest reading, and how the event came that it was in; all null where there was none yet.
    Column("latest_at", Moment),
    Column("value", Numeric),
    Column("flags", JSONB(none_as_null=True)),
    Column("clock_offset_s", Double),
    Column("voltage_v", Numeric),
    Column("current_a", Numeric),
    Column("power_kw", Numeric),
    Column("latest_received_at", Moment),
    Column("latest_clock", Text),
    Column("latest_odd_time", Boolean),
    UniqueConstraint("community", "gateway", "meter"),
)


def _rollups(name: str, *more: Index) -> Table:
    """What a meter showed within a stretch of time that begins `at`."""
    return Table(
        name,
        metadata,
        Column("meter_id", BigInteger, ForeignKey("meters.id"), primary_key=True),
        Column("at", Moment, primary_key=True),
        Column("first_at", Moment, nullable=False),
        Column("first", Numeric, nullable=False),
        Column("last_at", Moment, nullable=False),
        Column("last", Numeric, nullable=False),
        Column("least", Numeric, nullable=False),
        Column("most", Numeric, nullable=False),
        Column("count", Integer, nullable=False),
        *more,
    )


# Rows come nearly in order of time, and only the oldest are looked for by it: a few kilobytes of index will do.
meter_quarters: Final = _rollups("meter_quarters", Index("ix_meter_quarters_at", "at", postgresql_using="brin"))
meter_days: Final = _rollups("meter_days")

# Readings on their way to the point store, which has them for good before they leave here.
meter_points: Final = Table(
    "meter_points",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("queued_at", Moment, nullable=False),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("meter", Text, nullable=False),
    Column("medium", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("value", Numeric, nullable=False),
    Column("voltage_v", Numeric),
    Column("current_a", Numeric),
    Column("power_kw", Numeric),
)

# Points that left the queue without being stored, by day and reason.
meter_point_losses: Final = Table(
    "meter_point_losses",
    metadata,
    Column("day", Date, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("points", BigInteger, nullable=False),
)
