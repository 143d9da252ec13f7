"""Cases as the seven stages and their side actions want them: who, until when, how often, and where each comes from."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = "stage not in ('closed', 'evaluated')"
OPEN = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"
PLACE = "create unique index uq_cases_open_place on cases (community, gateway, epoch, camera, slot)"
THROWN = """found @> '["thrown"]'"""
NAMED = "report is not null and report ->> 'reporter' <> ''"
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
    "rated_in integer",
    "merged_into uuid",
)
TOLD_BEFORE = """
    moves and what in ('file', 'dispatch', 'accept', 'report', 'verify_pass', 'verify_fail', 'evaluate')
    or not moves and what in ('collected', 'seen_again', 'suspected', 'confirmed', 'signs_gone', 'still_standing',
        'left', 'look_asked', 'answered', 'unanswered', 'filmed', 'alarmed', 'ended',
        'end_awaited', 'not_ended', 'unwatched')
"""
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
    op.execute("""
        update cases set handler = last.actor from (
            select distinct on (case_id) case_id, actor from case_history where what = 'accept' and moves
            order by case_id, id desc
        ) as last where last.case_id = cases.id
    """)
    # Their terms begin as the program first looks: it alone knows the city's deadlines and calendar.
    op.execute("update cases set alert_at = updated_at where stage in ('dispatched', 'handling', 'reported')")
    op.execute("alter table case_history add column before jsonb not null default '{}'")
    op.execute("alter table case_history add column after jsonb not null default '{}'")
    _let_history_stand()
    _indexes(OPEN, place="device is null and report is null")
    _index_places()
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


def _let_history_stand() -> None:
    """No line of a history is changed or taken away, but where a transaction says that it erases what must go."""
    op.execute("""
        create function linli_history_stands() returns trigger language plpgsql as $$
        begin
            if coalesce(current_setting('linli.erasing', true), '') <> 'on' then
                raise exception 'case_history only grows' using errcode = 'restrict_violation';
            end if;
            return case when tg_op = 'DELETE' then old else new end;
        end $$
    """)
    op.execute("""
        create trigger linli_history_stands before update or delete on case_history
        for each row execute function linli_history_stands()
    """)
    op.execute("""
        create trigger linli_history_is_not_emptied before truncate on case_history
        for each statement execute function linli_history_stands()
    """)


def _indexes(is_open: str, *, place: str) -> None:
    for name in ("uq_cases_open_place", "uq_cases_open_device", "ix_cases_open"):
        op.execute(f"drop index {name}")
    op.execute(f"{PLACE} where {is_open} and {place}")
    op.execute(f"{DEVICE} where {is_open} and device is not null")
    op.execute(f"create index ix_cases_open on cases (id) where {is_open}")


def _index_places() -> None:
    """What happened at a place, to a device or with a plate of late; and what went on with what."""
    op.execute("create index ix_cases_slot on cases (community, gateway, camera, slot, opened_at)")
    op.execute("create index ix_cases_device on cases (community, gateway, device, opened_at) where device is not null")
    op.execute(f"create index ix_cases_facade on cases (community, gateway, camera, zone, opened_at) where {THROWN}")
    op.execute("create index ix_cases_plate on cases ((plate ->> 'text'), opened_at) where plate is not null")
    op.execute("create index ix_cases_merged_into on cases (merged_into) where merged_into is not null")
    once = "(community, source, (report ->> 'reporter'))"
    op.execute(f"create unique index uq_cases_report on cases {once} where {NAMED}")


def downgrade() -> None:
    """Cases that the program before cannot show, and what it cannot say of the others, go."""
    gone = "select id from cases where report is not null or stage in ('not_filed', 'voided', 'merged')"
    op.execute("drop trigger linli_history_stands on case_history")
    op.execute("drop trigger linli_history_is_not_emptied on case_history")
    op.execute("drop function linli_history_stands()")
    for name in ("slot", "device", "facade", "plate", "merged_into"):
        op.execute(f"drop index ix_cases_{name}")
    op.execute("drop index uq_cases_report")
    op.execute("drop table case_news")
    op.execute("drop table case_links")
    for table in ("case_history", "case_photos", "looks", "case_events", "case_falls", "case_alarms"):
        op.execute(f"delete from {table} where case_id in ({gone})")  # noqa: S608 - no text from outside
    op.execute(f"delete from cases where id in ({gone})")  # noqa: S608 - as above
    op.execute(f"delete from case_history where not ({TOLD_BEFORE})")  # noqa: S608 - as above
    op.execute("drop index ix_cases_alert_at")
    op.execute("alter table case_history drop column before, drop column after")
    op.execute("alter table cases drop constraint fk_cases_merged_into_cases")
    _indexes(BEFORE, place="device is null")
    op.execute("alter table cases " + ", ".join(f"drop column {column.split()[0]}" for column in ADDED))
