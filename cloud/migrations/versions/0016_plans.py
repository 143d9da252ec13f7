"""Plans of communities with places on them, and what each camera has seen of each day."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table plans (
            community text not null,
            sha256 text not null,
            media_type text not null,
            width integer not null,
            height integer not null,
            simulated boolean not null,
            body bytea not null,
            kept_at timestamptz not null,
            kept_by text not null,
            constraint pk_plans primary key (community)
        )
    """)
    op.execute("""
        create table places (
            community text not null,
            kind text not null,
            name text not null,
            x double precision not null,
            y double precision not null,
            placed_at timestamptz not null,
            placed_by text not null,
            constraint pk_places primary key (community, kind, name),
            constraint ck_places_within check (x between 0 and 1 and y between 0 and 1)
        )
    """)
    op.execute("""
        create table camera_days (
            community text not null,
            gateway text not null,
            camera text not null,
            day date not null,
            told_s double precision not null,
            seen_s double precision not null,
            last_at timestamptz not null,
            constraint pk_camera_days primary key (community, gateway, camera, day)
        )
    """)
    op.execute("create index ix_camera_days_day on camera_days (day)")


def downgrade() -> None:
    for table in ("camera_days", "places", "plans"):
        op.execute(f"drop table {table}")
