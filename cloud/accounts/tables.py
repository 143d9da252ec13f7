"""Tables of organisations, users and their sessions."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
)

from cloud.db.metadata import Moment, metadata

# `path` holds the ids from the root down, `/city/street/community/`: a subtree is what begins with its root's path.
organisations: Final = Table(
    "organisations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("parent", Text, ForeignKey("organisations.id")),
    Column("path", Text, nullable=False, unique=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("community", Text, unique=True),
    Column("created_at", Moment, nullable=False),
    Index("ix_organisations_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    Index("ix_organisations_parent", "parent"),
)

# Without an organisation a user sees everything there is. Without a password one signs on by `subject` alone.
users: Final = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password_hash", Text),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("role", Text, nullable=False, server_default="staff"),
    Column("organisation", Text, ForeignKey("organisations.id")),
    Column("subject", Text, unique=True),  # what single sign-on calls the user: the issuer, a blank, its subject
    Column("by_rule", Boolean, nullable=False, server_default="false"),  # placed by what single sign-on says of them
    Column("totp_secret", Text),  # in base 32, of a program before 0018; it is sealed when it is used
    Column("totp_sealed", LargeBinary),  # the secret under the cloud's key; it counts from `totp_since` on
    Column("totp_step", BigInteger),  # the last time step whose code was taken: none is taken twice
    Column("totp_since", Moment),
    CheckConstraint("totp_secret is null or totp_sealed is null", name="one_secret"),
)

recovery_codes: Final = Table(
    "recovery_codes",
    metadata,
    Column("user_name", Text, ForeignKey("users.name"), primary_key=True),
    Column("code_sha256", Text, primary_key=True),  # of 80 random bits; a used one is deleted
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
    Column("step", Text, nullable=False, server_default="full"),
    Column("address", Text, nullable=False, server_default=""),
    Column("agent", Text, nullable=False, server_default=""),
    Index("ix_sessions_user_name_id", "user_name", "id"),
    Index("ix_sessions_expires_at", "expires_at"),
)

# Ways to single sign-on that are begun: each is gone with its first answer.
sign_ons: Final = Table(
    "sign_ons",
    metadata,
    Column("state_sha256", Text, primary_key=True),
    Column("browser_sha256", Text, nullable=False),  # of a cookie: only the browser that began may end it
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("wanted", Text, nullable=False),  # the page to go to
    Column("expires_at", Moment, nullable=False),
    Index("ix_sign_ons_expires_at", "expires_at"),
)
