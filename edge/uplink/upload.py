"""Evidence to the cloud: HTTP, a chunk at a time, going on where it broke off."""

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.uplink.ports import EvidenceStore
from edge.values import Moment


class Uploader:
    """Uploads what the store holds, oldest first.

    Args:
        url: the cloud's address for evidence; `/evidence/{sha256}` is added.
        ca_file: trusts this authority instead of the system's.
    """

    def __init__(
        self,
        url: str,
        *,
        community: str,
        gateway: str,
        key: Ed25519PrivateKey,
        store: EvidenceStore,
        clock: Callable[[], Moment],
        ca_file: Path | None = None,
    ) -> None:
        raise NotImplementedError

    def wake(self) -> None:
        """Something new waits in the store. Any thread may call it."""
        raise NotImplementedError

    async def run(self) -> None:
        """Upload for ever; raises only for a bug."""
        raise NotImplementedError
