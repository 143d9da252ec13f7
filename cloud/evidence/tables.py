"""Tables of evidence; the bytes lie in the object store."""

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text

from cloud.db.metadata import Moment, metadata

evidence: Final = Table(
    "evidence",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("completed_at", Moment, nullable=False),
    Index("ix_evidence_gateway", "community", "gateway", "completed_at"),
)

# Files that are to go: written with the row's deletion, taken away with the file's. What died between is found here.
doomed: Final = Table(
    "evidence_doomed",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("doomed_at", Moment, nullable=False),
)

# Begun and not complete. Each gateway has its own, so that none can spoil another's.
uploads: Final = Table(
    "uploads",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_uploads_expires_at", "expires_at"),
)
