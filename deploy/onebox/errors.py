"""What can keep the box from running."""


class OneboxError(Exception):
    """Base of what is expected to go wrong."""


class Misconfigured(OneboxError):
    """A person must change something; the text says what."""


class PartFailed(OneboxError):
    """A part could not be started, or stopped again and again; the text holds its last lines."""
