"""What can be wrong with bytes from the other side. Each says what it found, so that quarantine can be read."""


class ContractError(ValueError):
    """The bytes are not what the contract says."""


class Oversized(ContractError):
    """The message is longer than the contract allows."""


class Malformed(ContractError):
    """Not a message of the contract: cut short, not JSON, or a field is missing, unknown or out of range."""


class UnknownType(ContractError):
    """The envelope is sound but its type or version is not known here."""


class BadSignature(ContractError):
    """The signature does not belong to these bytes and this key."""
