"""Tables of users and their sessions."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Table, Text

from cloud.db.metadata import Moment, metadata

users: Final = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("role", Text, nullable=False, server_default="staff"),
)

# A session's token is in the browser alone; here lies its SHA-256.
sessions: Final = Table(
    "sessions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("user_name", Text, ForeignKey("users.name"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_sessions_user_name_id", "user_name", "id"),
    Index("ix_sessions_expires_at", "expires_at"),
)
