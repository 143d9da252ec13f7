"""Open cases that are soon over are found without a look at all that are open."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OPEN = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"


def upgrade() -> None:
    op.execute(f"""
        create index ix_cases_open_soon on cases (coalesce(due_at, 'infinity'::timestamptz), id)
        where {_OPEN} and suspended_at is null and due_at is not null and alert >= 2
    """)


def downgrade() -> None:
    op.execute("drop index ix_cases_open_soon")
