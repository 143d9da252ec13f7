"""Falls of thrown objects, with the case that each belongs to."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table case_falls (
            event_id uuid not null,
            case_id uuid not null,
            community text not null,
            gateway text not null,
            epoch text not null,
            camera text not null,
            facade text not null,
            began_at timestamptz not null,
            said jsonb not null,
            constraint pk_case_falls primary key (event_id),
            constraint fk_case_falls_case_id_cases foreign key (case_id) references cases (id)
        )
    """)
    op.execute("create index ix_case_falls_case_id on case_falls (case_id)")
    op.execute("create index ix_case_falls_facade on case_falls (community, gateway, epoch, camera, facade, began_at)")


def downgrade() -> None:
    op.execute("drop table case_falls")
