"""Tables of gateways."""

from typing import Final

from sqlalchemy import Column, Date, Double, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from cloud.db.metadata import Moment, metadata

gateways: Final = Table(
    "gateways",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("keyid", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("last_seen", Moment),
    Column("via", Text),  # the source its last message came through: commands go back that way
    Column("state", Text),  # birth or death
    Column("state_at", Moment),
    Column("software", Text),
    Column("cameras", JSONB),
    Column("health", JSONB),
    Column("health_at", Moment),
    Column("configversion", Text),
)

# What heartbeats told of each camera, by the day they were told on.
camera_days: Final = Table(
    "camera_days",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("told_s", Double, nullable=False),
    Column("seen_s", Double, nullable=False),
    Column("last_at", Moment, nullable=False),  # of the last heartbeat, by the gateway's clock
    Index("ix_camera_days_day", "day"),
)

# Commands on their way: written with the change that asks for them, sent until answered or too late.
outgoing: Final = Table(
    "outgoing",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("body", JSONB, nullable=False),  # without what is only known when it is sent: issue time, key, signature
    Column("created_at", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("next_try_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("done_at", Moment),
    Index("ix_outgoing_waiting", "next_try_at", postgresql_where=text("done_at is null")),
)
