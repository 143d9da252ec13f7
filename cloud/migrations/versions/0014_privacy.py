"""Requests for originals, holds, tombstones of what was deleted, and files that are to go."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table evidence_doomed (
            sha256 text not null,
            doomed_at timestamptz not null,
            constraint pk_evidence_doomed primary key (sha256)
        )
    """)
    op.execute("""
        create table case_tombstones (
            id bigint generated always as identity,
            case_id uuid,
            event_id uuid,
            what text not null,
            sha256 text,
            media_type text not null,
            kind text not null,
            taken_at timestamptz,
            masked boolean not null,
            sealed boolean not null,
            size integer not null,
            deleted_at timestamptz not null,
            why text not null,
            constraint pk_case_tombstones primary key (id),
            constraint fk_case_tombstones_case_id_cases foreign key (case_id) references cases (id)
        )
    """)
    op.execute("create index ix_case_tombstones_case_id on case_tombstones (case_id)")
    op.execute("""
        create table original_requests (
            id uuid not null,
            case_id uuid not null,
            community text not null,
            picture text,
            asker text not null,
            asker_role text not null,
            reason text not null,
            asked_at timestamptz not null,
            state text not null,
            ends_at timestamptz not null,
            decided_by text,
            decided_at timestamptz,
            answer text not null,
            opened integer not null,
            opened_at timestamptz,
            constraint pk_original_requests primary key (id),
            constraint fk_original_requests_case_id_cases foreign key (case_id) references cases (id)
        )
    """)
    op.execute("create index ix_original_requests_case on original_requests (case_id)")
    op.execute("create index ix_original_requests_asker on original_requests (asker, id)")
    op.execute("""
        create index ix_original_requests_asked on original_requests (community, id)
        where state in ('asked', 'granted')
    """)
    op.execute("""
        create table legal_holds (
            id bigint generated always as identity,
            case_id uuid not null,
            reason text not null,
            placed_by text not null,
            placed_at timestamptz not null,
            released_by text,
            released_at timestamptz,
            release_reason text,
            constraint pk_legal_holds primary key (id),
            constraint fk_legal_holds_case_id_cases foreign key (case_id) references cases (id)
        )
    """)
    op.execute("create unique index uq_legal_holds_case on legal_holds (case_id) where released_at is null")
    op.execute("create index ix_legal_holds_case on legal_holds (case_id)")
    # What a gateway signed goes after a time; that it was there, and the chain by its digests, stays.
    op.execute("alter table inbox alter column body drop not null")
    op.execute("create index ix_inbox_body on inbox (received_at) where body is not null")


def downgrade() -> None:
    """Holds and requests are forgotten; what was deleted stays so."""
    op.execute("drop index ix_inbox_body")
    op.execute("update inbox set body = '' where body is null")
    op.execute("alter table inbox alter column body set not null")
    for table in ("legal_holds", "original_requests", "case_tombstones", "evidence_doomed"):
        op.execute(f"drop table {table}")
