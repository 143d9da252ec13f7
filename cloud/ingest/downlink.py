"""Receipts and commands, ready to be sent."""

from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.devices.commands import Command
from cloud.ingest.watermark import LaneKey, Received
from contract.downlink import AnyDownlink, Look, Receipt
from contract.signatures import key_id, sign
from contract.topics import Topic

UNSIGNED: Final = "AAAA"  # holds the place of the signature until it is made
MAX_WITHIN_S: Final = 86_400.0


class Signer:
    """Signs with the cloud's key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._keyid = key_id(key.public_key())

    def receipt(self, key: LaneKey, received: Received, *, now: datetime) -> tuple[Topic, bytes]:
        """Say what is committed of a lane."""
        receipt = Receipt(
            community=key.community,
            gateway=key.gateway,
            issued_at=now,
            keyid=self._keyid,
            sig=UNSIGNED,
            epoch=key.epoch,
            lane=key.lane,
            committed=received.committed,
            missing=received.missing,
        )
        return Topic(key.community, key.gateway, "receipt"), self._signed(receipt)

    def look(self, command: Command, *, now: datetime) -> tuple[Topic, bytes]:
        """Ask a gateway to look again, for as long as there is time until `command.answer_by`."""
        look = Look(
            community=command.community,
            gateway=command.gateway,
            issued_at=now,
            keyid=self._keyid,
            sig=UNSIGNED,
            id=command.id,
            answer_by=command.answer_by,
            within_s=min(MAX_WITHIN_S, (command.answer_by - now).total_seconds()),
            **command.body,
        )
        return Topic(command.community, command.gateway, "cmd"), self._signed(look)

    def _signed(self, message: AnyDownlink) -> bytes:
        return sign(message.model_dump(mode="json"), self._key)
