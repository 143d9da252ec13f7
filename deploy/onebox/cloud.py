"""The cloud of the box: configuration, first set-up, and the server as a part."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from cloud.accounts import AccountService, NameTaken, Role
from cloud.accounts.organisation_service import OrganisationService
from cloud.accounts.organisations import Given, Kind
from cloud.db import create_engine, migrate
from cloud.devices.service import DeviceService
from cloud.errors import Misconfigured as CloudMisconfigured
from deploy.onebox import identity, nats, toml
from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import Folder, write_private
from deploy.onebox.part import Part, python
from deploy.onebox.password import typable
from deploy.onebox.ports import HOST, Ports

STAFF: Final = "staff"
STREET: Final = "street"
# Who answers for the demo's community: the property, the three parties together, the street.
ORGANISATIONS: Final = (
    Given("xinghe-street", Kind.STREET, None, "星河街道（演示）", "Xinghe Street (demo)"),
    Given(
        "sunny-garden", Kind.COMMUNITY, "xinghe-street", "阳光花园（演示）", "Sunny Garden (demo)", identity.COMMUNITY
    ),
    Given("sunny-property", Kind.PROPERTY, "sunny-garden", "阳光物业（演示）", "Sunny Property (demo)"),
)
# One person of the property does and sees all that is done there; the street grants, supervises and verifies.
PEOPLE: Final = ((STAFF, Role.LEAD, "sunny-property"), (STREET, Role.STREET, "xinghe-street"))
ANSWER_WITHIN_S: Final = 60.0  # a demo's camera that has not answered by then leaves it to a person


@dataclass(frozen=True, slots=True)
class Cloud:
    """The cloud's files and address."""

    home: Path
    dsn: str
    port: int
    public_key: str
    staff_password: str

    @property
    def url(self) -> str:
        """Where the console and the evidence uploads are."""
        return f"http://{HOST}:{self.port}"

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.home / "cloud.toml"

    async def provision(self, gateway_key: str) -> None:
        """Bring the database to this version, let the gateway in, give people their password. Again is no harm.

        Raises:
            Misconfigured: a newer program has used this folder.
        """
        try:
            await asyncio.to_thread(migrate, self.dsn)
        except CloudMisconfigured as error:
            raise Misconfigured(str(error)) from None
        engine = create_engine(self.dsn, pool=2)
        try:
            await DeviceService(engine).register(identity.COMMUNITY, identity.GATEWAY, gateway_key)
            await OrganisationService(engine).put(ORGANISATIONS, by="linli-onebox")
            accounts = AccountService(engine, clock=lambda: datetime.now(UTC))
            for name, role, organisation in PEOPLE:
                with suppress(NameTaken):  # added at an earlier start; its password may have been changed since
                    await accounts.add(name, self.staff_password, role, organisation=organisation)
        finally:
            await engine.dispose()

    def part(self) -> Part:
        """The server as a part of the box."""
        command = python("cloud", "serve", "--config", str(self.config))
        return Part(name="cloud", command=command, ready=self._answers, ready_within_s=60)

    async def _answers(self) -> bool:
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                return (await client.get(f"{self.url}/readyz")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def prepare(folder: Folder, ports: Ports, dsn: str) -> Cloud:
    """Write the cloud's configuration and draw its key."""
    home = folder.private("cloud")
    made = Cloud(
        home=home,
        dsn=dsn,
        port=ports.console,
        public_key=identity.public_key_at(home / "cloud.key"),
        staff_password=folder.secret("staff", typable),
    )
    write_private(home / "dsn", dsn + "\n")
    write_private(made.config, _configuration(folder, ports))
    return made


def _configuration(folder: Folder, ports: Ports) -> str:
    top: toml.Table = {
        "listen": f"{HOST}:{ports.console}",
        "evidence": "file:evidence",
        "key": "cloud.key",
        "timezone": identity.TIMEZONE,
        "secure_cookies": False,  # loopback only, and no certificate that a browser would believe
        "answer_within_s": ANSWER_WITHIN_S,
    }
    source: toml.Table = {
        "url": f"nats://{HOST}:{ports.nats}",
        "username": nats.CLOUD,
        "password_file": str(folder.secret_file("nats-cloud")),
    }
    return toml.render(top) + toml.section("database", {"dsn_file": "dsn"}) + toml.section("[source]", source)
