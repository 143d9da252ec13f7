"""Many rows in one statement with one parameter: drivers take long over a statement with thousands of them."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert


def insertion(table: Table, names: Iterable[str]) -> Insert:
    """Insert the rows that `packed` gives for the parameters; each has all of `names`, columns of `table`."""
    names = list(names)
    rows = func.jsonb_to_recordset(cast(bindparam("rows", type_=Text), JSONB))
    told = rows.table_valued(*(column(name, table.c[name].type) for name in names)).render_derived(
        name="told", with_types=True
    )
    return insert(table).from_select(names, select(*told.c))


def packed(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Rows as the parameters of an `insertion`; times and decimals keep all their digits."""
    return {"rows": json.dumps(list(rows), default=str)}
