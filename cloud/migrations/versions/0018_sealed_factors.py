"""Secrets of second factors lie sealed; who was placed by single sign-on is known."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What lies in clear is sealed by the program, which has the key, when it is used or told to."""
    op.execute("""
        alter table users
            add column by_rule boolean not null default false,
            add column totp_sealed bytea,
            add constraint ck_users_one_secret check (totp_secret is null or totp_sealed is null)
    """)
    op.execute("""
        update users set by_rule = true
        where subject is not null
            and exists (select from audit_log where actor = 'oidc' and about = 'user/' || users.name)
    """)


def downgrade() -> None:
    """Who has a second factor that only the newer program can open is not let in by the password alone.

    That is an administrator's decision: `user password` gives another one. '!' is no password's hash.
    """
    op.execute("""
        delete from recovery_codes where user_name in (select name from users where totp_sealed is not null)
    """)
    op.execute("""
        update users set password_hash = '!', totp_since = null, totp_step = null
        where totp_sealed is not null and totp_since is not null
    """)
    op.execute("alter table users drop constraint ck_users_one_secret, drop column totp_sealed, drop column by_rule")
