"""The ground all tables stand on; each room declares its own in its `tables.py`."""

from typing import Final

from sqlalchemy import DateTime, MetaData

# Names that migrations can refer to.
metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Moment: Final = DateTime(timezone=True)
