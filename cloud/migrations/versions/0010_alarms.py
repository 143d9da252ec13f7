"""Cases of meters, gates and sensors: the device that each is of, its alarms, and every event of them."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = "stage not in ('closed', 'evaluated')"
PLACE = "create unique index uq_cases_open_place on cases (community, gateway, epoch, camera, slot)"


def upgrade() -> None:
    op.execute("""
        alter table cases
            add column device_kind text,
            add column device text,
            add column device_name text,
            add column device_watches text,
            add column alarms jsonb not null default '[]'
    """)
    op.execute("drop index uq_cases_open_place")
    op.execute(f"{PLACE} where {OPEN} and device is null")
    op.execute(f"""
        create unique index uq_cases_open_device on cases (community, gateway, device_kind, device)
            where {OPEN} and device is not null
    """)
    op.execute("""
        create table case_alarms (
            event_id uuid not null,
            case_id uuid,
            community text not null,
            gateway text not null,
            epoch text not null,
            device_kind text not null,
            device text not null,
            alarm text not null,
            type text not null,
            said jsonb not null,
            received_at timestamptz not null,
            constraint pk_case_alarms primary key (event_id),
            constraint fk_case_alarms_case_id_cases foreign key (case_id) references cases (id)
        )
    """)
    op.execute("create index ix_case_alarms_case_id on case_alarms (case_id)")
    op.execute("""
        create index ix_case_alarms_alarm on case_alarms (community, gateway, epoch, device_kind, device, alarm)
    """)


def downgrade() -> None:
    """The cases of devices, which the program before cannot show, go with their history."""
    of_device = "select id from cases where device is not null"
    op.execute("drop table case_alarms")
    for table in ("case_history", "case_photos", "looks"):
        op.execute(f"delete from {table} where case_id in ({of_device})")  # noqa: S608 - no text from outside
    op.execute("delete from cases where device is not null")
    op.execute("drop index uq_cases_open_device")
    op.execute("drop index uq_cases_open_place")
    op.execute(f"{PLACE} where {OPEN}")
    op.execute("""
        alter table cases drop column device_kind, drop column device, drop column device_name,
            drop column device_watches, drop column alarms
    """)
