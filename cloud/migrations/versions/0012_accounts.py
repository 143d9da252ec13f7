"""The tree of organisations, second factors, single sign-on, and the audit log with its chain."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# An entry waits in `audit_pending` until its transaction commits, and only then takes its place in the chain: so who
# records something in the middle of a long transaction does not keep all others waiting for theirs.
CHAIN = """
    create function audit_chain() returns trigger language plpgsql as $$
    declare
        last_seq bigint;
        last_hash text;
    begin
        perform pg_advisory_xact_lock(hashtextextended('linli/audit', 0));
        select seq, hash into last_seq, last_hash from audit_log order by seq desc limit 1;
        last_hash := coalesce(last_hash, repeat('0', 64));
        insert into audit_log (seq, body, previous, hash) values (
            coalesce(last_seq, 0) + 1, new.body, last_hash,
            encode(sha256(decode(last_hash, 'hex') || convert_to(new.body, 'UTF8')), 'hex')
        );
        delete from audit_pending where id = new.id;
        return null;
    end $$
"""
REFUSE = """
    create function audit_refuse() returns trigger language plpgsql as $$
    begin
        raise exception 'the audit log is only ever added to';
    end $$
"""


def upgrade() -> None:
    op.execute("""
        create table organisations (
            id text not null,
            kind text not null,
            parent text,
            path text not null,
            name_zh text not null,
            name_en text not null,
            community text,
            created_at timestamptz not null,
            constraint pk_organisations primary key (id),
            constraint uq_organisations_path unique (path),
            constraint uq_organisations_community unique (community),
            constraint fk_organisations_parent_organisations foreign key (parent) references organisations (id)
        )
    """)
    op.execute("create index ix_organisations_path on organisations (path text_pattern_ops)")
    op.execute("create index ix_organisations_parent on organisations (parent)")
    op.execute("""
        alter table users
            alter column password_hash drop not null,
            add column organisation text,
            add column subject text,
            add column totp_secret text,
            add column totp_step bigint,
            add column totp_since timestamptz,
            add constraint uq_users_subject unique (subject),
            add constraint fk_users_organisation_organisations foreign key (organisation) references organisations (id)
    """)
    op.execute("""
        alter table sessions
            add column step text not null default 'full',
            add column address text not null default '',
            add column agent text not null default ''
    """)
    op.execute("""
        create table recovery_codes (
            user_name text not null,
            code_sha256 text not null,
            constraint pk_recovery_codes primary key (user_name, code_sha256),
            constraint fk_recovery_codes_user_name_users foreign key (user_name) references users (name)
        )
    """)
    op.execute("""
        create table sign_ons (
            state_sha256 text not null,
            browser_sha256 text not null,
            nonce text not null,
            verifier text not null,
            wanted text not null,
            expires_at timestamptz not null,
            constraint pk_sign_ons primary key (state_sha256)
        )
    """)
    op.execute("create index ix_sign_ons_expires_at on sign_ons (expires_at)")
    _audit()


def _audit() -> None:
    op.execute("""
        create table audit_pending (
            id bigint generated always as identity,
            body text not null,
            constraint pk_audit_pending primary key (id)
        )
    """)
    op.execute("""
        create table audit_log (
            seq bigint not null,
            body text not null,
            previous text not null,
            hash text not null,
            at text generated always as ((body::jsonb) ->> 'at') stored,
            actor text generated always as ((body::jsonb) ->> 'actor') stored,
            what text generated always as ((body::jsonb) ->> 'what') stored,
            about text generated always as ((body::jsonb) ->> 'about') stored,
            community text generated always as ((body::jsonb) ->> 'community') stored,
            constraint pk_audit_log primary key (seq)
        )
    """)
    for column in ("at", "actor", "about", "community"):
        op.execute(f"create index ix_audit_log_{column} on audit_log ({column}, seq)")
    op.execute(CHAIN)
    op.execute(REFUSE)
    op.execute("""
        create constraint trigger audit_chain after insert on audit_pending
        deferrable initially deferred for each row execute function audit_chain()
    """)
    op.execute("""
        create trigger audit_refuse before update or delete or truncate on audit_log
        for each statement execute function audit_refuse()
    """)


def downgrade() -> None:
    """Who has no password or a role of the newer program, and what only that can keep in order, goes."""
    op.execute("drop table audit_log, audit_pending")
    op.execute("drop function audit_chain, audit_refuse")
    op.execute("drop table sign_ons")
    op.execute("drop table recovery_codes")
    op.execute("delete from sessions where step <> 'full'")
    op.execute("alter table sessions drop column step, drop column address, drop column agent")
    unknown = "password_hash is null or role not in ('staff', 'lead')"
    op.execute(f"delete from sessions where user_name in (select name from users where {unknown})")  # noqa: S608 - literal
    op.execute(f"delete from users where {unknown}")  # noqa: S608 - as above
    op.execute("""
        alter table users
            alter column password_hash set not null,
            drop column organisation,
            drop column subject,
            drop column totp_secret,
            drop column totp_step,
            drop column totp_since
    """)
    op.execute("drop table organisations")
