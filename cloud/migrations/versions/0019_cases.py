"""One open case a report; requests for originals hold what they cover."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OPEN = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"


def upgrade() -> None:
    op.execute("drop index uq_cases_report")
    op.execute(f"""
        create unique index uq_cases_report on cases (community, source, (report ->> 'reporter'))
        where {_OPEN} and report is not null and report ->> 'reporter' <> ''
    """)
    op.execute("alter table original_requests add column pictures jsonb")
    # What they cover now: what was merged into their case before cannot be told apart any more.
    op.execute("""
        update original_requests set pictures = case
            when picture is not null then jsonb_build_array(picture)
            else coalesce((
                select jsonb_agg(distinct original_of) from case_photos
                where case_photos.case_id = original_requests.case_id and sealed and original_of is not null
            ), '[]') end
    """)
    op.execute("alter table original_requests alter column pictures set not null")


def downgrade() -> None:
    """What was reported again after its case had ended keeps its case, and loses its reference."""
    op.execute("alter table original_requests drop column pictures")
    op.execute("drop index uq_cases_report")
    op.execute("""
        update cases set report = jsonb_set(report, '{reporter}', '""')
        where report ->> 'reporter' <> '' and exists (
            select from cases as earlier
            where earlier.community = cases.community and earlier.source = cases.source and earlier.id < cases.id
                and earlier.report ->> 'reporter' = cases.report ->> 'reporter'
        )
    """)
    op.execute("""
        create unique index uq_cases_report on cases (community, source, (report ->> 'reporter'))
        where report is not null and report ->> 'reporter' <> ''
    """)
