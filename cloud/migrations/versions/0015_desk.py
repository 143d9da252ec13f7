"""Lists: each order of cases as an index, what text finds a case by, and filters that people keep."""

from alembic import op
from sqlalchemy import Connection, text

from cloud.cases.search import case_words

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"
KIND = (
    "case when device is not null then device_kind when report is not null then 'report' "
    """when found @> '["thrown"]' then 'thrown' when found @> '["zombie"]' then 'zombie' else 'parking' end"""
)
DUE = "coalesce(due_at, 'infinity'::timestamptz)"
INDEXES = {
    "ix_cases_open_due": f"({DUE}, id) where {OPEN}",
    "ix_cases_open_priority": f"(priority, id) where {OPEN}",
    "ix_cases_open_changed": f"(updated_at, id) where {OPEN}",
    "ix_cases_due": f"({DUE}, id)",
    "ix_cases_priority": "(priority, id)",
    "ix_cases_changed": "(updated_at, id)",
    "ix_cases_opened_at": "(opened_at)",
    "ix_cases_community": "(community, id)",
    "ix_cases_kind": "(kind, id)",
    "ix_cases_stage": "(stage, id)",
    "ix_cases_responsible": "(responsible, id) where responsible is not null",
    "ix_cases_handler": "(handler, id) where handler is not null",
}
BATCH = 1000
# What `cases` says that is sought, in the order of `search.case_words`.
FIELDS = """
    select cases.id, plate ->> 'text' as plate, array_remove(array[
        number, community, gateway, camera, zone, zone_name, slot, device, device_name,
        report ->> 'text', report ->> 'place'
    ], null) || array(
        select words.value from jsonb_array_elements(alarms) as alarm, jsonb_each_text(alarm -> 'words') as words
    ) || array(
        select note from case_history where case_id = cases.id and moves and note <> ''
    ) as fields
    from cases where id > :after order by id limit :batch
"""


def upgrade() -> None:
    op.execute(f"alter table cases add column kind text generated always as ({KIND}) stored")
    for name, columns in INDEXES.items():
        op.execute(f"create index {name} on cases {columns}")
    op.execute("""
        create table case_words (
            case_id uuid not null,
            words tsvector not null,
            constraint pk_case_words primary key (case_id),
            constraint fk_case_words_case_id_cases foreign key (case_id) references cases (id) on delete cascade
        )
    """)
    _fill(op.get_bind())
    op.execute("create index ix_case_words on case_words using gin (words)")
    op.execute("""
        create table saved_filters (
            id bigint generated always as identity,
            user_name text not null,
            name text not null,
            query text not null,
            saved_at timestamptz not null,
            constraint pk_saved_filters primary key (id),
            constraint uq_saved_filters_user_name_name unique (user_name, name)
        )
    """)


def _fill(connection: Connection) -> None:
    after = "00000000-0000-0000-0000-000000000000"
    while rows := connection.execute(text(FIELDS), {"after": after, "batch": BATCH}).all():
        given = [{"id": row.id, "words": sorted(case_words(row.fields, row.plate or ""))} for row in rows]
        connection.execute(
            text("insert into case_words values (:id, array_to_tsvector(cast(:words as text[])))"), given
        )
        after = rows[-1].id


def downgrade() -> None:
    op.execute("drop table saved_filters")
    op.execute("drop table case_words")
    for name in INDEXES:
        op.execute(f"drop index {name}")
    op.execute("alter table cases drop column kind")
