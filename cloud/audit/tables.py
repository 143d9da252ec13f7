"""Tables of the audit log. Triggers of migration 0012 chain what is added and refuse every change."""

from typing import Final

from sqlalchemy import BigInteger, Column, Computed, Identity, Index, Table, Text

from cloud.db.metadata import metadata

pending: Final = Table(
    "audit_pending",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("body", Text, nullable=False),
)


def _of_body(name: str) -> Column[str]:
    """A column that always says what the entry says, so that no search can be misled."""
    return Column(name, Text, Computed(f"((body)::jsonb ->> '{name}'::text)", persisted=True))


log: Final = Table(
    "audit_log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    _of_body("at"),
    _of_body("actor"),
    _of_body("what"),
    _of_body("about"),
    _of_body("community"),
    Index("ix_audit_log_at", "at", "seq"),
    Index("ix_audit_log_actor", "actor", "seq"),
    Index("ix_audit_log_about", "about", "seq"),
    Index("ix_audit_log_community", "community", "seq"),
)
