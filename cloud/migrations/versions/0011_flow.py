"""Cases as the seven stages and their side actions want them: who, until when, how often, and where each comes from."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = "stage not in ('closed', 'evaluated')"
OPEN = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"
PLACE = "create unique index uq_cases_open_place on cases (community, gateway, epoch, camera, slot)"
DEVICE = "create unique index uq_cases_open_device on cases (community, gateway, device_kind, device)"
ADDED = (
    "source text not null default 'camera'",
    "report jsonb",
    "priority integer not null default 3",
    "level integer not null default 1",
    "responsible text",
    "handler text",
    "assisting jsonb not null default '[]'",
    "reported_by text",
    "filed_at timestamptz",
    "dispatched_at timestamptz",
    "accepted_at timestamptz",
    "reported_at timestamptz",
    "evaluated_at timestamptz",
    "term jsonb",
    "span_s double precision",
    "spent_s double precision not null default 0",
    "runs_from timestamptz",
    "due_at timestamptz",
    "alert integer not null default 0",
    "alert_at timestamptz",
    "suspended_at timestamptz",
    "extension jsonb",
    "extensions integer not null default 0",
    "urged integer not null default 0",
    "supervised integer not null default 0",
    "returned integer not null default 0",
    "reopened integer not null default 0",
    "reporter_rating integer",
    "handler_fault boolean not null default false",
    "merged_into uuid",
)
# What the history of the cases that are there says of when each step was.
STEPS = {
    "filed_at": "file",
    "dispatched_at": "dispatch",
    "accepted_at": "accept",
    "reported_at": "report",
    "evaluated_at": "evaluate",
}


def upgrade() -> None:
    op.execute("alter table cases " + ", ".join(f"add column {column}" for column in ADDED))
    op.execute("alter table cases add constraint fk_cases_merged_into_cases foreign key (merged_into) references cases")
    op.execute("update cases set source = 'device' where device is not null")
    for column, action in STEPS.items():
        op.execute(f"""
            update cases set {column} = last.at from (
                select case_id, max(at) as at from case_history where what = '{action}' and moves group by case_id
            ) as last where last.case_id = cases.id
        """)  # noqa: S608 - no text from outside
    op.execute("""
        update cases set reported_by = last.actor from (
            select distinct on (case_id) case_id, actor from case_history where what = 'report' and moves
            order by case_id, id desc
        ) as last where last.case_id = cases.id
    """)
    op.execute("alter table case_history add column before jsonb not null default '{}'")
    op.execute("alter table case_history add column after jsonb not null default '{}'")
    _indexes(OPEN, place="device is null and report is null")
    op.execute(f"create index ix_cases_alert_at on cases (alert_at) where {OPEN} and alert_at is not null")
    op.execute("""
        create table case_links (
            case_id uuid not null,
            other_id uuid not null,
            kind text not null,
            made_at timestamptz not null,
            made_by text not null,
            constraint pk_case_links primary key (case_id, other_id),
            constraint fk_case_links_case_id_cases foreign key (case_id) references cases (id),
            constraint fk_case_links_other_id_cases foreign key (other_id) references cases (id)
        )
    """)
    op.execute("create index ix_case_links_other_id on case_links (other_id)")
    op.execute("""
        create table case_news (
            id bigint generated always as identity,
            case_id uuid not null,
            what text not null,
            at timestamptz not null,
            actor text not null,
            constraint pk_case_news primary key (id)
        )
    """)


def _indexes(is_open: str, *, place: str) -> None:
    for name in ("uq_cases_open_place", "uq_cases_open_device", "ix_cases_open"):
        op.execute(f"drop index {name}")
    op.execute(f"{PLACE} where {is_open} and {place}")
    op.execute(f"{DEVICE} where {is_open} and device is not null")
    op.execute(f"create index ix_cases_open on cases (id) where {is_open}")


def downgrade() -> None:
    """Cases that the program before cannot show, and what it cannot say of the others, go."""
    gone = "select id from cases where report is not null or stage in ('not_filed', 'voided', 'merged')"
    op.execute("drop table case_news")
    op.execute("drop table case_links")
    for table in ("case_history", "case_photos", "looks", "case_events", "case_falls", "case_alarms"):
        op.execute(f"delete from {table} where case_id in ({gone})")  # noqa: S608 - no text from outside
    op.execute(f"delete from cases where id in ({gone})")  # noqa: S608 - as above
    op.execute("drop index ix_cases_alert_at")
    op.execute("alter table case_history drop column before, drop column after")
    op.execute("alter table cases drop constraint fk_cases_merged_into_cases")
    _indexes(BEFORE, place="device is null")
    op.execute("alter table cases " + ", ".join(f"drop column {column.split()[0]}" for column in ADDED))
