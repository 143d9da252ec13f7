"""Open cases whose deadline stands still are found without a look at all that are open."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OPEN = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"


def upgrade() -> None:
    op.execute(f"create index ix_cases_suspended on cases (id) where {_OPEN} and suspended_at is not null")


def downgrade() -> None:
    op.execute("drop index ix_cases_suspended")
