"""Access tokens of other systems, and reports found by their reference."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table access_tokens (
            name text not null,
            token_sha256 text not null,
            organisation text,
            created_at timestamptz not null,
            created_by text not null,
            expires_at timestamptz not null,
            revoked_at timestamptz,
            used_at timestamptz,
            constraint pk_access_tokens primary key (name),
            constraint uq_access_tokens_token_sha256 unique (token_sha256),
            constraint fk_access_tokens_organisation_organisations
                foreign key (organisation) references organisations (id)
        )
    """)
    op.execute("""
        create index ix_cases_reference on cases (source, (report ->> 'reporter')) where report is not null
    """)


def downgrade() -> None:
    """Other systems need new tokens after."""
    op.execute("drop index ix_cases_reference")
    op.execute("drop table access_tokens")
