"""Suspected vehicles are shown with a picture: of the event that was told last."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table suspects add column event_id uuid")


def downgrade() -> None:
    op.execute("alter table suspects drop column event_id")
