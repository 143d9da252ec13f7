"""Notices: where they go, by which rules, who is on duty, and whether each arrived."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = "state in ('waiting', 'failed')"


def upgrade() -> None:
    op.execute("""
        create table notice_destinations (
            id uuid not null,
            organisation text not null,
            name text not null,
            channel text not null,
            sealed text not null,
            language text not null,
            quiet_from time,
            quiet_until time,
            window_s integer not null,
            enabled boolean not null,
            away_from timestamptz,
            away_until timestamptz,
            made_at timestamptz not null,
            made_by text not null,
            removed_at timestamptz,
            failing_since timestamptz,
            reason text,
            alarmed_at timestamptz,
            last_sent_at timestamptz,
            constraint pk_notice_destinations primary key (id)
        )
    """)
    op.execute("""
        create index ix_notice_destinations_organisation on notice_destinations (organisation)
            where removed_at is null
    """)
    op.execute("""
        create table notice_rules (
            id uuid not null,
            organisation text not null,
            name text not null,
            conditions jsonb not null,
            destination uuid not null,
            by_duty boolean not null,
            urgent boolean not null,
            enabled boolean not null,
            made_at timestamptz not null,
            made_by text not null,
            constraint pk_notice_rules primary key (id),
            constraint fk_notice_rules_destination_notice_destinations
                foreign key (destination) references notice_destinations (id)
        )
    """)
    op.execute("create index ix_notice_rules_organisation on notice_rules (organisation)")
    op.execute("""
        create table notice_duties (
            id uuid not null,
            organisation text not null,
            weekday integer not null,
            start time not null,
            until time not null,
            destination uuid not null,
            substitute uuid,
            constraint pk_notice_duties primary key (id),
            constraint fk_notice_duties_destination_notice_destinations
                foreign key (destination) references notice_destinations (id),
            constraint fk_notice_duties_substitute_notice_destinations
                foreign key (substitute) references notice_destinations (id)
        )
    """)
    op.execute("create index ix_notice_duties_organisation on notice_duties (organisation)")
    op.execute("""
        create table notice_watches (
            rule uuid not null,
            case_id uuid not null,
            due_at timestamptz not null,
            constraint pk_notice_watches primary key (rule, case_id),
            constraint fk_notice_watches_rule_notice_rules
                foreign key (rule) references notice_rules (id) on delete cascade
        )
    """)
    op.execute("create index ix_notice_watches_due_at on notice_watches (due_at)")
    _messages()


def _messages() -> None:
    op.execute("""
        create table notice_messages (
            id uuid not null,
            destination uuid not null,
            lane text not null,
            formed_at timestamptz not null,
            tells integer not null,
            title text not null,
            body text not null,
            state text not null,
            attempts integer not null default 0,
            next_at timestamptz not null,
            reason text,
            ended_at timestamptz,
            constraint pk_notice_messages primary key (id),
            constraint fk_notice_messages_destination_notice_destinations
                foreign key (destination) references notice_destinations (id)
        )
    """)
    op.execute(f"create unique index uq_notice_messages_open on notice_messages (destination, lane) where {OPEN}")
    op.execute(f"create index ix_notice_messages_next_at on notice_messages (next_at) where {OPEN}")
    op.execute("create index ix_notice_messages_ended_at on notice_messages (ended_at)")
    op.execute("""
        create table notice_items (
            id bigint generated always as identity,
            destination uuid not null,
            occasion text not null,
            case_id uuid,
            subject uuid,
            urgent boolean not null,
            at timestamptz not null,
            release_at timestamptz not null,
            message uuid,
            constraint pk_notice_items primary key (id),
            constraint fk_notice_items_destination_notice_destinations
                foreign key (destination) references notice_destinations (id),
            constraint fk_notice_items_message_notice_messages
                foreign key (message) references notice_messages (id) on delete cascade
        )
    """)
    op.execute("create index ix_notice_items_message on notice_items (message)")
    op.execute("""
        create index ix_notice_items_waiting on notice_items (destination, urgent, release_at) where message is null
    """)


def downgrade() -> None:
    tables = ("items", "messages", "watches", "duties", "rules", "destinations")
    for table in tables:
        op.execute(f"drop table notice_{table}")
