"""Tables of cases."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from cloud.db.metadata import Moment, metadata

_id = Uuid(as_uuid=False)
_json = JSONB(none_as_null=True)
_OPEN: Final = "stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')"
# As `Case.kind` says it.
_KIND: Final = (
    "case when device is not null then device_kind when report is not null then 'report' "
    """when found @> '["thrown"]' then 'thrown' when found @> '["zombie"]' then 'zombie' else 'parking' end"""
)
_DUE: Final = "coalesce(due_at, 'infinity'::timestamptz)"
_TOLD_OF: Final = f"{_OPEN} and suspended_at is null and due_at is not null and alert >= 2"  # from `Alert.SOON` on

cases: Final = Table(
    "cases",
    metadata,
    Column("id", _id, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("zone_kind", Text, nullable=False),
    Column("zone_name", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("stay", Text, nullable=False),
    Column("stay_seq", Integer, nullable=False),
    Column("vehicle", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("verification", Text, nullable=False),
    Column("verification_reason", Text, nullable=False, server_default=""),
    Column("look", _id),
    Column("version", Integer, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", Text),
    Column("dwell_s", Double, nullable=False),
    Column("limit_s", Double, nullable=False),
    Column("vehicle_present", Boolean, nullable=False),
    Column("sightings", Integer, nullable=False),
    Column("rework", Integer, nullable=False),
    Column("rating", Integer),
    Column("clock", Text, nullable=False),
    Column("odd_time", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("found", _json, nullable=False, server_default=text("""'["dwell"]'""")),
    Column("entered_within_s", Double, nullable=False, server_default="0"),
    Column("last_seen_at", Moment),
    Column("missed_at", Moment),
    Column("plate", _json),
    Column("permit", _json),
    Column("behind", Text),
    Column("returns", Text),
    Column("standing_s", Double),
    Column("standing_limit_s", Double),
    Column("signs", _json, nullable=False, server_default=text("'[]'")),
    Column("signs_gone", Boolean, nullable=False, server_default=text("false")),
    Column("device_kind", Text),
    Column("device", Text),
    Column("device_name", Text),
    Column("device_watches", Text),
    Column("alarms", _json, nullable=False, server_default=text("'[]'")),
    Column("source", Text, nullable=False, server_default="camera"),
    Column("report", _json),
    Column("priority", Integer, nullable=False, server_default="3"),
    Column("level", Integer, nullable=False, server_default="1"),
    Column("responsible", Text),
    Column("handler", Text),
    Column("assisting", _json, nullable=False, server_default=text("'[]'")),
    Column("reported_by", Text),
    Column("filed_at", Moment),
    Column("dispatched_at", Moment),
    Column("accepted_at", Moment),
    Column("reported_at", Moment),
    Column("evaluated_at", Moment),
    Column("term", _json),
    Column("span_s", Double),
    Column("spent_s", Double, nullable=False, server_default="0"),
    Column("runs_from", Moment),
    Column("due_at", Moment),
    Column("alert", Integer, nullable=False, server_default="0"),
    Column("alert_at", Moment),
    Column("suspended_at", Moment),
    Column("extension", _json),
    Column("extensions", Integer, nullable=False, server_default="0"),
    Column("urged", Integer, nullable=False, server_default="0"),
    Column("supervised", Integer, nullable=False, server_default="0"),
    Column("returned", Integer, nullable=False, server_default="0"),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Column("reporter_rating", Integer),
    Column("handler_fault", Boolean, nullable=False, server_default=text("false")),
    Column("rated_in", Integer),
    Column("merged_into", _id, ForeignKey("cases.id")),
    Column("kind", Text, Computed(_KIND, persisted=True)),  # what a list is narrowed by; `rows` leaves it out
    # One open case a place, and one a device, whatever two workers do at once.
    Index(
        "uq_cases_open_place",
        "community",
        "gateway",
        "epoch",
        "camera",
        "slot",
        unique=True,
        postgresql_where=text(f"{_OPEN} and device is null and report is null"),
    ),
    Index(
        "uq_cases_open_device",
        "community",
        "gateway",
        "device_kind",
        "device",
        unique=True,
        postgresql_where=text(f"{_OPEN} and device is not null"),
    ),
    Index("ix_cases_open", "id", postgresql_where=text(_OPEN)),
    Index("ix_cases_reference", "source", text("(report ->> 'reporter')"), postgresql_where=text("report is not null")),
    # Each order of a list, of open cases and of all; and what narrows it to few, whatever the order.
    Index("ix_cases_open_due", text(_DUE), "id", postgresql_where=text(_OPEN)),
    Index("ix_cases_open_soon", text(_DUE), "id", postgresql_where=text(_TOLD_OF)),
    Index("ix_cases_suspended", "id", postgresql_where=text(f"{_OPEN} and suspended_at is not null")),
    Index("ix_cases_open_priority", "priority", "id", postgresql_where=text(_OPEN)),
    Index("ix_cases_open_changed", "updated_at", "id", postgresql_where=text(_OPEN)),
    Index("ix_cases_due", text(_DUE), "id"),
    Index("ix_cases_priority", "priority", "id"),
    Index("ix_cases_changed", "updated_at", "id"),
    Index("ix_cases_opened_at", "opened_at"),
    Index("ix_cases_community", "community", "id"),
    Index("ix_cases_kind", "kind", "id"),
    Index("ix_cases_stage", "stage", "id"),
    Index("ix_cases_responsible", "responsible", "id", postgresql_where=text("responsible is not null")),
    Index("ix_cases_handler", "handler", "id", postgresql_where=text("handler is not null")),
    # What happened at a place, to a device or with a plate of late; and what went on with what.
    Index("ix_cases_slot", "community", "gateway", "camera", "slot", "opened_at"),
    Index(
        "ix_cases_device", "community", "gateway", "device", "opened_at", postgresql_where=text("device is not null")
    ),
    Index(
        "ix_cases_facade",
        "community",
        "gateway",
        "camera",
        "zone",
        "opened_at",
        postgresql_where=text("""found @> '["thrown"]'"""),
    ),
    Index("ix_cases_plate", text("(plate ->> 'text')"), "opened_at", postgresql_where=text("plate is not null")),
    Index("ix_cases_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
    # One open case a report, whatever another system sends again; what is said of it after its end opens another.
    Index(
        "uq_cases_report",
        "community",
        "source",
        text("(report ->> 'reporter')"),
        unique=True,
        postgresql_where=text(f"{_OPEN} and report is not null and report ->> 'reporter' <> ''"),
    ),
    Index("ix_cases_alert_at", "alert_at", postgresql_where=text(f"{_OPEN} and alert_at is not null")),
)

# What text finds a case by, as `search` cuts it; it only grows, so that what is corrected is found by either. It stands
# apart from the case, which changes often and its words seldom.
case_words: Final = Table(
    "case_words",
    metadata,
    Column("case_id", _id, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("words", TSVECTOR, nullable=False),
    Index("ix_case_words", "words", postgresql_using="gin"),
)

# Lists that people come back to: the filter as an address holds it.
saved_filters: Final = Table(
    "saved_filters",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    UniqueConstraint("user_name", "name"),
)

case_numbers: Final = Table(
    "case_numbers",
    metadata,
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

case_history: Final = Table(
    "case_history",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("moves", Boolean, nullable=False),
    Column("stage", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("event_id", _id),
    Column("before", _json, nullable=False, server_default=text("'{}'")),
    Column("after", _json, nullable=False, server_default=text("'{}'")),
)

# Cases that belong together, told from either side: `kind` is linked, merged (into `other_id`) or split (off it).
case_links: Final = Table(
    "case_links",
    metadata,
    Column("case_id", _id, ForeignKey("cases.id"), primary_key=True),
    Column("other_id", _id, ForeignKey("cases.id"), primary_key=True, index=True),
    Column("kind", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
)

# What happened to cases and nobody outside has been told of yet, written with the change itself. Who tells takes rows
# away in the transaction in which it writes what it will send.
case_news: Final = Table(
    "case_news",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", _id, nullable=False),
    Column("what", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
)

# Every event of a case; a milestone or a film may come before the finding it follows: it waits here. Of a fall, `slot`
# is the façade and `stay` the fall.
case_events: Final = Table(
    "case_events",
    metadata,
    Column("event_id", _id, primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), index=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("stay", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("dwell_s", Double, nullable=False),  # of a zombie vehicle: how long it has not moved
    Column("moved", Boolean),  # of what ends a stay or a suspicion: whether it left
    Column("last_seen_at", Moment),
    Column("missed_at", Moment),
    Column("signs", _json, nullable=False, server_default=text("'[]'")),
    Column("received_at", Moment, nullable=False),
    Index("ix_case_events_stay", "community", "gateway", "epoch", "camera", "slot", "stay"),
)

case_photos: Final = Table(
    "case_photos",
    metadata,
    Column("event_id", _id, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), index=True),
    Column("media_type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("masked", Boolean, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed", Boolean, nullable=False, server_default=text("false")),
    Column("original_of", Text),
    Index("ix_case_photos_sha256", "sha256"),
)

# What was deleted of a case, or of an event that never became one: a line for each, and nothing of what it held.
case_tombstones: Final = Table(
    "case_tombstones",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), index=True),
    Column("event_id", _id),
    Column("what", Text, nullable=False),  # picture, or plate
    Column("sha256", Text),
    Column("media_type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("taken_at", Moment),
    Column("masked", Boolean, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("size", Integer, nullable=False),
    Column("deleted_at", Moment, nullable=False),
    Column("why", Text, nullable=False),  # expired, or erased: on request
)

# What was said of each fall. A case has one or more: things thrown from one window soon after each other.
case_falls: Final = Table(
    "case_falls",
    metadata,
    Column("event_id", _id, primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("facade", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("said", _json, nullable=False),
    Index("ix_case_falls_facade", "community", "gateway", "epoch", "camera", "facade", "began_at"),
)

# Every alarm event of a case's device. That an alarm ended may come before that it opened: it waits here, in `said`.
case_alarms: Final = Table(
    "case_alarms",
    metadata,
    Column("event_id", _id, primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), index=True),
    Column("community", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("device_kind", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("alarm", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("said", _json, nullable=False),
    Column("received_at", Moment, nullable=False),
    Index("ix_case_alarms_alarm", "community", "gateway", "epoch", "device_kind", "device", "alarm"),
)

# What is waited for until `answer_by`: a camera's answer to a command, or that a device says its alarms are over.
looks: Final = Table(
    "looks",
    metadata,
    Column("command", _id, primary_key=True),
    Column("case_id", _id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("asked_at", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("outcome", Text),
    Column("expired_at", Moment),
    Index("ix_looks_waiting", "answer_by", postgresql_where=text("answered_at is null and expired_at is null")),
)

# Vehicles that may become zombie vehicles, one row a stay: what was said last, by how long it had stood then.
suspects: Final = Table(
    "suspects",
    metadata,
    Column("community", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("epoch", Text, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("stay", Text, primary_key=True),
    Column("said", Integer, nullable=False),  # 0 suspected, 1 confirmed, 2 still there, 3 none any more
    Column("zone", Text, nullable=False),
    Column("zone_kind", Text, nullable=False),
    Column("zone_name", Text, nullable=False),
    Column("vehicle", Text, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("entered_within_s", Double, nullable=False),
    Column("standing_s", Double, nullable=False),
    Column("limit_s", Double, nullable=False),
    Column("signs", _json, nullable=False),
    Column("plate", _json),
    Column("permit", _json),
    Column("clock", Text, nullable=False),
    Column("odd_time", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("event_id", _id),  # what said it
    Column("dismissed_at", Moment),  # a person has looked into it; what is told later lists it again
    Column("dismissed_by", Text),
    Index("ix_suspects_listed", "standing_s", postgresql_where=text("said = 0 and dismissed_at is null")),
)
