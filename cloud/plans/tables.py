"""Tables of plans."""

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, Double, Integer, LargeBinary, Table, Text

from cloud.db.metadata import Moment, metadata

plans: Final = Table(
    "plans",
    metadata,
    Column("community", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),  # at most `pictures.MAX_KEPT`
    Column("kept_at", Moment, nullable=False),
    Column("kept_by", Text, nullable=False),
)

places: Final = Table(
    "places",
    metadata,
    Column("community", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("x", Double, nullable=False),
    Column("y", Double, nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("placed_by", Text, nullable=False),
    CheckConstraint("x between 0 and 1 and y between 0 and 1", name="within"),
)
