"""Zombie vehicles, plates and permits in cases; sealed originals beside their pictures; vehicles that are suspected."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table cases
            add column found jsonb not null default '["dwell"]',
            add column entered_within_s double precision not null default 0,
            add column last_seen_at timestamptz,
            add column missed_at timestamptz,
            add column plate jsonb,
            add column permit jsonb,
            add column behind text,
            add column returns text,
            add column standing_s double precision,
            add column standing_limit_s double precision,
            add column signs jsonb not null default '[]',
            add column signs_gone boolean not null default false
    """)
    op.execute("""
        alter table case_events
            add column moved boolean,
            add column last_seen_at timestamptz,
            add column missed_at timestamptz,
            add column signs jsonb not null default '[]'
    """)
    # Those that wait for their finding: it has yet to learn from them that the vehicle left.
    op.execute("update case_events set moved = true where type = 'parking.cleared.v1' and case_id is null")
    op.execute("""
        alter table case_photos
            add column sealed boolean not null default false,
            add column original_of text
    """)
    op.execute("""
        create table suspects (
            community text not null,
            gateway text not null,
            epoch text not null,
            camera text not null,
            slot text not null,
            stay text not null,
            said integer not null,
            zone text not null,
            zone_kind text not null,
            zone_name text not null,
            vehicle text not null,
            entered_at timestamptz not null,
            entered_within_s double precision not null,
            standing_s double precision not null,
            limit_s double precision not null,
            signs jsonb not null,
            plate jsonb,
            permit jsonb,
            clock text not null,
            odd_time boolean not null,
            simulated boolean not null,
            told_at timestamptz not null,
            constraint pk_suspects primary key (community, gateway, epoch, camera, slot, stay)
        )
    """)
    op.execute("create index ix_suspects_listed on suspects (standing_s) where said = 0")


def downgrade() -> None:
    op.execute("drop table suspects")
    op.execute("alter table case_photos drop column sealed, drop column original_of")
    op.execute("""
        alter table case_events drop column moved, drop column last_seen_at, drop column missed_at, drop column signs
    """)
    op.execute("""
        alter table cases
            drop column found, drop column entered_within_s, drop column last_seen_at, drop column missed_at,
            drop column plate, drop column permit, drop column behind, drop column returns, drop column standing_s,
            drop column standing_limit_s, drop column signs, drop column signs_gone
    """)
