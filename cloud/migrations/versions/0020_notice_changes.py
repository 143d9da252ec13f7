"""Rules and destinations that two people change; whom a case was told to; how much may wait for a destination."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table notice_rules add column version integer not null default 1")
    op.execute("""
        alter table notice_destinations
            add column version integer not null default 1,
            add column left_out integer not null default 0
    """)
    op.execute("create index ix_notice_items_case_id on notice_items (case_id) where case_id is not null")


def downgrade() -> None:
    op.execute("drop index ix_notice_items_case_id")
    op.execute("alter table notice_destinations drop column version, drop column left_out")
    op.execute("alter table notice_rules drop column version")
