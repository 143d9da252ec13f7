"""Users of the console and their sessions."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table users (
            name text not null,
            password_hash text not null,
            created_at timestamptz not null,
            revoked_at timestamptz,
            constraint pk_users primary key (name)
        )
    """)
    op.execute("""
        create table sessions (
            id bigint generated always as identity,
            token_sha256 text not null,
            user_name text not null,
            created_at timestamptz not null,
            expires_at timestamptz not null,
            constraint pk_sessions primary key (id),
            constraint uq_sessions_token_sha256 unique (token_sha256),
            constraint fk_sessions_user_name foreign key (user_name) references users (name)
        )
    """)
    op.execute("create index ix_sessions_user_name_id on sessions (user_name, id)")
    op.execute("create index ix_sessions_expires_at on sessions (expires_at)")


def downgrade() -> None:
    op.execute("drop table sessions")
    op.execute("drop table users")
