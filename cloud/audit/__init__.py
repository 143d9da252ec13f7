"""Who saw and did what: a log that is only ever added to, each entry bound to the one before by its hash."""

from cloud.audit.domain import Deed, Entry
from cloud.audit.log import record

__all__ = ["Deed", "Entry", "record"]
