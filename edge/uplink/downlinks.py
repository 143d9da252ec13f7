"""Messages from the cloud, believed only when the cloud's key signed them for this gateway."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contract.downlink import MAX_DOWNLINK_BYTES, AnyDownlink, Look, Receipt, parse_downlink
from contract.errors import BadSignature, Malformed, Oversized
from contract.signatures import key_id, verify
from contract.topics import Channel

_CHANNELS: Final = {"receipt": Receipt, "cmd": Look}


class Downlinks:
    """Opens what comes down for one gateway."""

    def __init__(self, community: str, gateway: str, cloud_key: Ed25519PublicKey) -> None:
        self._addressee = (community, gateway)
        self._key = cloud_key
        self._key_id = key_id(cloud_key)

    def open(self, channel: Channel, body: bytes) -> AnyDownlink:
        """Check everything that can be checked without a clock or a store.

        Raises:
            Oversized, Malformed, BadSignature: and nothing of it may be acted on.
        """
        if len(body) > MAX_DOWNLINK_BYTES:
            raise Oversized(f"{len(body)} bytes; a message to a gateway has at most {MAX_DOWNLINK_BYTES}")
        verify(body, self._key)
        message = parse_downlink(body)
        if message.keyid != self._key_id:
            raise BadSignature("keyid: not the cloud's key")
        if (message.community, message.gateway) != self._addressee:
            raise Malformed("community, gateway: the message is for another gateway")
        if not isinstance(message, _CHANNELS.get(channel, ())):
            raise Malformed(f"type: {message.type} does not come on channel {channel}")
        return message
