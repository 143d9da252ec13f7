"""Tables of permits."""

from typing import Final

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from cloud.db.metadata import Moment, metadata

# One list a community; its version rises with every change, so that gateways see that there is a newer one.
permit_lists: Final = Table(
    "permit_lists",
    metadata,
    Column("community", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Text, nullable=False),
)

permits: Final = Table(
    "permits",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("community", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("valid_from", Moment),
    Column("valid_until", Moment),
    Column("periods", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", Text, nullable=False),
    Index("ix_permits_plate", "community", "plate", "id"),
)
