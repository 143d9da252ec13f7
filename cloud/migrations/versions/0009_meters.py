"""Meters: what they show, rolled up by quarter hours and days, and points on their way to the point store."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table meters (
            id bigint generated always as identity,
            community text not null,
            gateway text not null,
            meter text not null,
            name text not null,
            medium text not null,
            unit text not null,
            failed integer not null,
            simulated boolean not null,
            epoch text not null,
            past_epochs jsonb not null,
            seq integer not null,
            observed_at timestamptz not null,
            received_at timestamptz not null,
            clock text not null,
            odd_time boolean not null,
            undated bigint not null,
            latest_at timestamptz,
            value numeric,
            flags jsonb,
            clock_offset_s double precision,
            voltage_v numeric,
            current_a numeric,
            power_kw numeric,
            latest_received_at timestamptz,
            latest_clock text,
            latest_odd_time boolean,
            constraint pk_meters primary key (id),
            constraint uq_meters_community_gateway_meter unique (community, gateway, meter)
        )
    """)
    for rollups in ("meter_quarters", "meter_days"):
        op.execute(f"""
            create table {rollups} (
                meter_id bigint not null,
                at timestamptz not null,
                first_at timestamptz not null,
                first numeric not null,
                last_at timestamptz not null,
                last numeric not null,
                least numeric not null,
                most numeric not null,
                count integer not null,
                constraint pk_{rollups} primary key (meter_id, at),
                constraint fk_{rollups}_meter_id_meters foreign key (meter_id) references meters (id)
            )
        """)
    op.execute("create index ix_meter_quarters_at on meter_quarters using brin (at)")
    op.execute("""
        create table meter_points (
            id bigint generated always as identity,
            queued_at timestamptz not null,
            community text not null,
            gateway text not null,
            meter text not null,
            medium text not null,
            unit text not null,
            origin text not null,
            simulated boolean not null,
            at timestamptz not null,
            value numeric not null,
            voltage_v numeric,
            current_a numeric,
            power_kw numeric,
            constraint pk_meter_points primary key (id)
        )
    """)
    op.execute("""
        create table meter_point_losses (
            day date not null,
            reason text not null,
            points bigint not null,
            constraint pk_meter_point_losses primary key (day, reason)
        )
    """)


def downgrade() -> None:
    for table in ("meter_point_losses", "meter_points", "meter_days", "meter_quarters", "meters"):
        op.execute(f"drop table {table}")
