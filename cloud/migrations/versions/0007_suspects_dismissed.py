"""Suspected vehicles that a person has taken off the list."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table suspects add column dismissed_at timestamptz, add column dismissed_by text")
    op.execute("drop index ix_suspects_listed")
    op.execute("create index ix_suspects_listed on suspects (standing_s) where said = 0 and dismissed_at is null")


def downgrade() -> None:
    op.execute("drop index ix_suspects_listed")
    op.execute("alter table suspects drop column dismissed_at, drop column dismissed_by")
    op.execute("create index ix_suspects_listed on suspects (standing_s) where said = 0")
