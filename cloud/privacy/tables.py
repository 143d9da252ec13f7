"""Tables of requests for originals and of holds. What is gone of a case stands in `cases.tables.case_tombstones`."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from cloud.db.metadata import Moment, metadata

_id = Uuid(as_uuid=False)

original_requests: Final = Table(
    "original_requests",
    metadata,
    Column("id", _id, primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), nullable=False),
    Column("community", Text, nullable=False),
    Column("picture", Text),
    Column("pictures", JSONB, nullable=False),  # what it covers: as it was asked for, and again as it was granted
    Column("asker", Text, nullable=False),
    Column("asker_role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Moment),
    Column("answer", Text, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("opened_at", Moment),
    Index("ix_original_requests_case", "case_id"),
    Index("ix_original_requests_asker", "asker", "id"),
    Index("ix_original_requests_asked", "community", "id", postgresql_where=text("state in ('asked', 'granted')")),
)

# What may not be deleted 法律保留: a case has at most one that is not released.
legal_holds: Final = Table(
    "legal_holds",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("released_by", Text),
    Column("released_at", Moment),
    Column("release_reason", Text),
    Index("uq_legal_holds_case", "case_id", unique=True, postgresql_where=text("released_at is null")),
    Index("ix_legal_holds_case", "case_id"),
)

# Cases of which a hold keeps what there is: those held, and whatever took over something of one, merged or split off.
HELD: Final = """
    held (case_id) as (
        select case_id from legal_holds where released_at is null
        union
        select goes.case_id from held join (
            select id as of_id, merged_into as case_id from cases where merged_into is not null
            union all
            select other_id, case_id from case_links where kind = 'split'
        ) goes on goes.of_id = held.case_id
    )
"""
