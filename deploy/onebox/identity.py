"""Who the box's one gateway is, and the keys that both sides sign with."""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.signatures import private_key, private_pem, public_text
from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import write_private

COMMUNITY: Final = "sunny-garden"
GATEWAY: Final = "gw-1"
TIMEZONE: Final = "Asia/Shanghai"


def public_key_at(path: Path) -> str:
    """The public half of the key in a file; the key is drawn where the file is not there yet.

    Raises:
        Misconfigured: the file holds no key.
    """
    if not path.exists():
        write_private(path, private_pem(Ed25519PrivateKey.generate()).decode())
    try:
        return public_text(private_key(path.read_bytes()).public_key())
    except ValueError as error:
        raise Misconfigured(f"{path}: 不是密钥  {error}") from None
