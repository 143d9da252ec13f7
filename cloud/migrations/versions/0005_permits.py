"""Permits by community; what a user may do."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table permit_lists (
            community text not null,
            version bigint not null,
            changed_at timestamptz not null,
            changed_by text not null,
            constraint pk_permit_lists primary key (community)
        )
    """)
    op.execute("""
        create table permits (
            id bigint generated always as identity,
            community text not null,
            plate text not null,
            kind text not null,
            valid_from timestamptz,
            valid_until timestamptz,
            periods jsonb not null,
            note text not null,
            added_at timestamptz not null,
            added_by text not null,
            constraint pk_permits primary key (id)
        )
    """)
    op.execute("create index ix_permits_plate on permits (community, plate, id)")
    op.execute("alter table users add column role text not null default 'staff'")


def downgrade() -> None:
    op.execute("alter table users drop column role")
    op.execute("drop table permits")
    op.execute("drop table permit_lists")
