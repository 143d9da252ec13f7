"""What can go wrong in the cloud, by what to do about it.

CloudError
├── Transient      the world is at fault: back off, start again
│   ├── DatabaseLost   PostgreSQL cannot be reached, restarts, or gave up on this transaction
│   ├── BrokerLost     the message broker cannot be reached or does not answer
│   ├── StoreLost      the evidence store cannot be reached or refuses
│   └── PointStoreLost the store of meters' points cannot be reached or refuses
└── Misconfigured  a person is at fault: say which setting, stop, exit 2
Anything else is a bug in this program: it takes the process down, and the service manager starts it again.
"""


class CloudError(Exception):
    """Base of what the cloud expects to go wrong."""


class Transient(CloudError):
    """The world is at fault: back off and try again."""


class DatabaseLost(Transient):
    """PostgreSQL cannot be reached, restarts, or gave up on this transaction."""


class BrokerLost(Transient):
    """The message broker cannot be reached or does not answer."""


class StoreLost(Transient):
    """The evidence store cannot be reached or refuses what must be kept."""


class PointStoreLost(Transient):
    """The store of meters' points cannot be reached or does not take them; they wait in PostgreSQL."""


class Misconfigured(CloudError):
    """A person must change a setting: the text names it, what stands there (no secrets) and what would be accepted."""
