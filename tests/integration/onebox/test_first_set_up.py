"""What the box puts into its database at the first start, and leaves alone at the next."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.accounts import AccountService, Role
from cloud.db import create_engine
from contract.signatures import public_text
from deploy.onebox.cloud import STAFF, STREET, Cloud
from tests.integration.cloud.ground import database, postgres

__all__ = ["database", "postgres"]

PASSWORD = "a long enough secret"


async def test_who_is_let_in_stays_as_a_person_has_said_since(database: str, tmp_path: Path) -> None:
    box = Cloud(tmp_path, database, port=1, public_key="", staff_password=PASSWORD)
    key = public_text(Ed25519PrivateKey.generate().public_key())
    engine = create_engine(database)
    accounts = AccountService(engine, clock=lambda: datetime.now(UTC))
    try:
        await box.provision(key)
        people = [(STAFF, Role.LEAD, "sunny-property"), (STREET, Role.STREET, "xinghe-street")]
        assert [(user.name, user.role, user.organisation) for user in await accounts.list()] == people
        await accounts.set_role(STAFF, Role.STAFF)
        await box.provision(key)
        assert [(user.name, user.role) for user in await accounts.list()] == [
            (STAFF, Role.STAFF),
            (STREET, Role.STREET),
        ]
    finally:
        await engine.dispose()
