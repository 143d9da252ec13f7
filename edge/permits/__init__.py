"""The community's lists of vehicles that may stand: from a person or the cloud, kept hashed, asked of a plate.

sheet      a person's CSV → permits
hashing    permits → keyed hashes
storage    hashed lists on disk
register   all lists together; says of a plate whether it may stand
"""

from edge.permits.hashing import HashedList, Hasher, Origin
from edge.permits.register import CLOUD, Register, open_register
from edge.permits.sheet import Sheet, read_sheet
from edge.permits.storage import Storage

__all__ = [
    "CLOUD",
    "HashedList",
    "Hasher",
    "Origin",
    "Register",
    "Sheet",
    "Storage",
    "open_register",
    "read_sheet",
]
