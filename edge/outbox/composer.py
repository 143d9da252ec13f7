"""From a draft to the bytes that travel."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.events import parse_event
from contract.identifiers import uuid7
from contract.signatures import key_id, sign
from edge.outbox.record import Draft, Identity, Record


@dataclass(frozen=True, slots=True)
class Composer:
    """Signs drafts as one gateway in one epoch under one configuration."""

    identity: Identity
    epoch: str
    config_version: str
    key: Ed25519PrivateKey

    def compose(self, draft: Draft, *, seq: int, prevhash: str, entropy: bytes) -> Record:
        """Give the event its place, sign it, and read it back as the cloud will.

        Raises:
            ContractError: the event is not what the contract says; a bug in whoever drafted it.
        """
        event_id = uuid7(draft.moment.seen_at, entropy)
        body = sign(self._document(draft, event_id, seq, prevhash), self.key)
        parse_event(body)
        return Record(draft.lane, seq, event_id, body)

    def _document(self, draft: Draft, event_id: str, seq: int, prevhash: str) -> dict[str, object]:
        document = {
            "specversion": "1.0",
            "id": event_id,
            "source": self.identity.source,
            "type": draft.type,
            "subject": draft.subject,
            "time": _utc(draft.moment.seen_at),
            "datacontenttype": "application/json",
            "community": self.identity.community,
            "gateway": self.identity.gateway,
            "epoch": self.epoch,
            "lane": draft.lane.value,
            "seq": seq,
            "clock": draft.moment.trust.value,
            "configversion": self.config_version,
            "prevhash": prevhash,
            "keyid": key_id(self.key.public_key()),
            "data": draft.data.model_dump(mode="json", exclude_none=True),
        }
        return {name: value for name, value in document.items() if value is not None}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
