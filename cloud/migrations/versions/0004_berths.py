"""Berths: which are free, as told last, and how that has changed."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table berth_cameras (
            community text not null,
            gateway text not null,
            camera text not null,
            epoch text not null,
            past_epochs jsonb not null,
            seq integer not null,
            counted_since timestamptz not null,
            observed_at timestamptz not null,
            received_at timestamptz not null,
            clock text not null,
            odd_time boolean not null,
            simulated boolean not null,
            constraint pk_berth_cameras primary key (community, gateway, camera)
        )
    """)
    op.execute("""
        create table berths (
            community text not null,
            gateway text not null,
            camera text not null,
            zone text not null,
            name text not null,
            state text not null,
            since timestamptz not null,
            vehicle text,
            came bigint not null,
            "left" bigint not null,
            constraint pk_berths primary key (community, gateway, camera, zone),
            constraint fk_berths_camera foreign key (community, gateway, camera)
                references berth_cameras (community, gateway, camera)
        )
    """)
    op.execute("""
        create table berth_changes (
            id bigint generated always as identity,
            community text not null,
            gateway text not null,
            camera text not null,
            zone text not null,
            state text not null,
            since timestamptz not null,
            received_at timestamptz not null,
            constraint pk_berth_changes primary key (id)
        )
    """)
    op.execute("create index ix_berth_changes_berth on berth_changes (community, gateway, camera, zone, id)")


def downgrade() -> None:
    op.execute("drop table berth_changes")
    op.execute("drop table berths")
    op.execute("drop table berth_cameras")
