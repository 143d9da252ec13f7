"""The cloud's configuration file: one TOML document, closed."""

import re
from datetime import date, time
from enum import StrEnum
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from cloud.errors import Misconfigured
from contract import settings
from contract.identifiers import SLUG
from contract.settings import FilePath, Section, from_folder

MEBI: Final = 1024 * 1024


class Database(Section):
    """Where everything is kept. Give the address here, or the name of a file that holds it and nothing else."""

    dsn: SecretStr | None = None
    dsn_file: FilePath | None = None
    pool: int = Field(default=8, ge=2, le=100, description="connections kept open")

    @model_validator(mode="after")
    def _one_address(self) -> "Database":
        if (self.dsn is None) == (self.dsn_file is None):
            raise ValueError("dsn 和 dsn_file 写其中一个 give dsn or dsn_file, one of both")
        return self

    def address(self) -> str:
        """The DSN, wherever it stands.

        Raises:
            Misconfigured: `dsn_file` cannot be read or is empty.
        """
        if self.dsn is not None:
            return self.dsn.get_secret_value()
        text = read_secret(self.dsn_file, "database.dsn_file")
        if not text:
            raise Misconfigured(f"database.dsn_file: {self.dsn_file} is empty")
        return text


def with_host(url: str) -> str:
    """An address that is one.

    Raises:
        ValueError: it has no host, or a port that is none.
    """
    try:
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        raise ValueError(
            "地址写成 协议://主机 或 协议://主机:端口 an address is scheme://host or scheme://host:port"
        ) from None
    return url


class Source(Section):
    """One broker that gateways publish to."""

    url: str = Field(
        pattern=r"^(nats|tls|mqtt|mqtts)://[^/@\s]+$", description="nats://host:4222, mqtts://host:8883, …"
    )
    others: tuple[str, ...] = Field(default=(), max_length=16, description="NATS: further nodes of the same cluster")
    username: str = Field(default="", max_length=200)
    password_file: FilePath | None = None
    credentials_file: FilePath | None = Field(default=None, description="NATS: a .creds file")
    ca_file: FilePath | None = None
    cert_file: FilePath | None = None
    key_file: FilePath | None = None
    client: str = Field(
        default="linli-ingest",
        pattern=r"^[A-Za-z0-9_-]{1,60}$",
        description="1–60 of A-Z a-z 0-9 _ -; MQTT: another one for each process; JetStream: the durable consumer",
    )

    @field_validator("url")
    @classmethod
    def _has_port_in_range(cls, url: str) -> str:
        return with_host(url)

    @model_validator(mode="after")
    def _others_are_nodes(self) -> "Source":
        if not all(re.fullmatch(r"(nats|tls)://[^/@\s]+", url) for url in (self.url, *self.others) if self.others):
            raise ValueError(
                "others: 每个都写成 nats://主机:4222，url 也要是同一种 "
                "others: nats://host:4222 each, beside a url of the same kind"
            )
        return self

    @property
    def is_mqtt(self) -> bool:
        """Whether it is spoken to in MQTT."""
        return self.url.startswith("mqtt")


class Limits(Section):
    """How much of the machine others may use up."""

    evidence_daily_bytes: int = Field(
        default=2048 * MEBI, ge=64 * MEBI, description="complete files a gateway may hand in within 24 hours"
    )
    evidence_partial_bytes: int = Field(
        default=256 * MEBI, ge=64 * MEBI, description="a gateway's files that are begun and not complete"
    )
    quarantine_rows: int = Field(default=100_000, ge=100, description="what nobody signed: the oldest goes first")
    stream_messages: int = Field(default=2_000_000, ge=1000, description="JetStream: messages waiting at most")


class History(Section):
    """What meters showed, in PostgreSQL."""

    quarters_days: int = Field(
        default=1096, ge=400, le=36_525, description="how long quarter hours are kept; days are kept for ever"
    )


Days = Annotated[int, Field(ge=1, le=36_525)]
KindOfCase = Literal["parking", "zombie", "thrown", "meter", "gate", "sensor", "report"]


class Retention(Section):
    """How many days what is kept, counted from when its case ended. To be confirmed with the authority in charge."""

    pictures_days: Days = Field(default=90, description="masked pictures")
    films_days: Days = Field(default=90, description="masked films")
    originals_days: Days = Field(default=30, description="sealed originals")
    cases: dict[KindOfCase, Days] = Field(
        default_factory=dict, max_length=16, description="by kind of case, in place of `pictures_days`, `films_days`"
    )
    unclaimed_days: Days = Field(default=30, description="pictures of what never became a case, since they were taken")
    plates_days: Days = Field(default=365, description="plates in cases; not sooner than the pictures they stand in")
    messages_days: Days = Field(default=1096, description="what gateways signed, since it came")

    @model_validator(mode="after")
    def _pictures_go_first(self) -> "Retention":
        if self.plates_days < max(self.pictures_days, self.films_days, self.originals_days, *self.cases.values()):
            raise ValueError(
                "plates_days 不能少于照片、视频和原图的天数：照片里看得见车牌 "
                "plates_days is not less than the days of pictures, films and originals: plates are readable in them"
            )
        return self


class Sealing(Section):
    """Whether this machine may open originals itself. By default it holds no private key, and cannot."""

    keys: FilePath | None = Field(
        default=None,
        description="a folder of communities' private keys, *.pem, mode 0600: this machine opens originals",
    )


class PointStoreKind(StrEnum):
    """Which program keeps single readings."""

    VICTORIAMETRICS = "victoriametrics"
    INFLUXDB = "influxdb"


class Points(Section):
    """Where each single reading goes, too. Without this table none is kept beyond what was signed."""

    kind: PointStoreKind
    url: str = Field(
        pattern=r"^https?://[^/@?#\s]+/?$", description="http://127.0.0.1:8428, https://influx.example:8086"
    )
    org: str = Field(default="linli", min_length=1, max_length=200, description="InfluxDB's; VictoriaMetrics has none")
    bucket: str = Field(default="linli", min_length=1, max_length=200, description="as `org`")
    token_file: FilePath | None = Field(default=None, description="what may write there, and nothing else")
    ca_file: FilePath | None = None
    queue: int = Field(default=5_000_000, ge=1000, description="points that wait at most: the oldest goes first")

    @field_validator("url")
    @classmethod
    def _has_host(cls, url: str) -> str:
        return with_host(url)

    def token(self) -> str:
        """What lets in; empty where nothing is asked for.

        Raises:
            Misconfigured: `token_file` cannot be read, or is empty.
        """
        token = read_secret(self.token_file, "points.token_file")
        if self.token_file is not None and not token:
            raise Misconfigured(f"points.token_file: {self.token_file} is empty")
        return token


RoleName = Literal["staff", "lead", "community", "street", "city", "installer", "auditor", "integrator"]


class Accounts(Section):
    """What local accounts want beside a password."""

    second_factor: tuple[RoleName, ...] = Field(
        default=(), max_length=8, description="roles that work with nothing until they have a second factor"
    )


class ClaimRule(Section):
    """Whom single sign-on may add by itself: those whose claim has this value."""

    value: str = Field(min_length=1, max_length=200)
    role: RoleName
    organisation: str = Field(pattern=SLUG, description="an organisation's id; it must be there")


class Oidc(Section):
    """Single sign-on by OpenID Connect, beside local accounts."""

    issuer: str = Field(pattern=r"^https?://[^@?#\s]+$", description="as its tokens say it, https://sso.example.com")
    client_id: str = Field(min_length=1, max_length=200)
    client_secret_file: FilePath | None = Field(default=None, description="none: a public client")
    redirect: str = Field(
        pattern=r"^https?://[^/@?#\s]+/login/oidc/back$", description="https://linli.example.com/login/oidc/back"
    )
    scopes: tuple[str, ...] = Field(default=("openid",), max_length=16, description="what is asked for")
    name_zh: str = Field(default="统一身份认证", min_length=1, max_length=40, description="what the button says")
    name_en: str = Field(default="Single sign-on", min_length=1, max_length=40)
    ca_file: FilePath | None = None
    claim: str = Field(default="groups", min_length=1, max_length=100, description="which claim `rule` reads")
    rule: tuple[ClaimRule, ...] = Field(
        default=(), max_length=200, description="the first that fits; without any nobody is added by itself"
    )

    @field_validator("issuer", "redirect")
    @classmethod
    def _has_host(cls, url: str) -> str:
        with_host(url)
        if url.startswith("http://") and urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("写成 https://… https, or a loopback address for a trial")
        return url

    @field_validator("scopes")
    @classmethod
    def _has_openid(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in scopes or not all(re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}", each) for each in scopes):
            raise ValueError("要有 openid one of them is openid")
        return scopes

    def secret(self) -> str | None:
        """The client's secret; None: it has none.

        Raises:
            Misconfigured: `client_secret_file` cannot be read, or is empty.
        """
        secret = read_secret(self.client_secret_file, "oidc.client_secret_file")
        if self.client_secret_file is not None and not secret:
            raise Misconfigured(f"oidc.client_secret_file: {self.client_secret_file} is empty")
        return secret or None


# A host's name, an IP address or a network of them.
InnerHost = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9_.:/-]+$")]


class Notices(Section):
    """Messages to people and other systems."""

    keep_days: Days = Field(default=90, description="messages that were sent or given up, and what they said")
    inner_hosts: tuple[InnerHost, ...] = Field(
        default=(), max_length=100, description="hosts of one's own network that may be sent to: names, addresses"
    )

    @field_validator("inner_hosts")
    @classmethod
    def _are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for each in hosts:
            if "/" in each or ":" in each:
                ip_network(each.strip("[]"), strict=False)  # its text names what is wrong
        return hosts


class Deadline(Section):
    """How long cases of a kind may take: in one community, or in each that has no row of its own."""

    kind: Literal["parking", "zombie", "thrown", "meter", "gate", "sensor", "report"]
    amount: float = Field(gt=0, le=1000)
    unit: Literal["hours", "working_hours", "working_days"] = Field(description="小时, 工作时 or 工作日")
    community: str = Field(default="", max_length=64, pattern=r"^[A-Za-z0-9_-]*$", description="empty: everywhere")


class Calendar(Section):
    """When is worked, beyond what the State Council's calendar says."""

    hours: tuple[tuple[time, time], ...] = Field(
        default=((time(9), time(12)), (time(13, 30), time(17, 30))), min_length=1, max_length=6
    )
    free: tuple[date, ...] = Field(default=(), max_length=2000, description="days that are free, whatever else is said")
    worked: tuple[date, ...] = Field(default=(), max_length=2000, description="days that are worked")

    @model_validator(mode="after")
    def _in_order(self) -> "Calendar":
        moments = [moment for spell in self.hours for moment in spell]
        if any(moment.tzinfo is not None for moment in moments) or any(
            not before < after for before, after in pairwise(moments)
        ):
            raise ValueError(
                'hours: 写成 [["09:00", "12:00"], ["13:30", "17:30"]]，先后不重叠 hours lie in order and apart'
            )
        if set(self.free) & set(self.worked):
            raise ValueError("free 和 worked 不能有同一天 a day is free or worked, not both")
        return self


class Evaluation(Section):
    """How well cases are handled."""

    households: dict[
        Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9-]+$")], Annotated[int, Field(ge=1, le=1_000_000)]
    ] = Field(default={}, max_length=10_000, description="how many live in a community; known of each, they rank by it")


class Config(Section):
    """The whole file."""

    database: Database
    source: tuple[Source, ...] = Field(min_length=1, max_length=16)
    listen: str = Field(default="127.0.0.1:8080", description="host:port of the console and of evidence uploads")
    evidence: str = Field(
        default="file:evidence",
        validate_default=True,
        description="file:folder, file:///folder or s3://bucket/prefix; S3's keys by environment",
    )
    key: FilePath = Field(default=Path("cloud.key"), validate_default=True, description="made at the first start")
    timezone: str = "Asia/Shanghai"
    secure_cookies: bool = Field(default=True, description="false only for a trial without HTTPS")
    proxies: tuple[str, ...] = Field(
        default=("127.0.0.1", "::1"),
        max_length=32,
        description="who may say in X-Forwarded-For whom it asks for; the limit on log-ins counts by that",
    )
    answer_within_s: float = Field(
        default=300.0, ge=1, le=86_400, description="how long a camera has to say whether a vehicle has gone"
    )
    public_url: str = Field(
        default="",
        max_length=200,
        pattern=r"^(https?://[^/@?#\s]+)?$",
        description="where people reach the console, https://linli.example.com; empty: messages hold no link",
    )
    deadlines: tuple[Deadline, ...] = Field(default=(), max_length=2000, description="what is not here has a default")
    calendar: Calendar = Calendar()
    evaluation: Evaluation = Evaluation()
    limits: Limits = Limits()
    history: History = History()
    retention: Retention = Retention()
    sealing: Sealing = Sealing()
    points: Points | None = None
    notices: Notices = Notices()
    accounts: Accounts = Accounts()
    oidc: Oidc | None = None

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, listen: str) -> str:
        split_listen(listen)
        return listen

    @field_validator("proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(str(ip_network(each)) for each in proxies)
        except ValueError:
            raise ValueError("写成 10.0.0.5 或 10.0.0.0/24 an address or a network: 10.0.0.5, 10.0.0.0/24") from None

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("时区写成 Asia/Shanghai 这样 not a time zone; Asia/Shanghai is one") from None
        return timezone

    @field_validator("deadlines")
    @classmethod
    def _once(cls, deadlines: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
        if len({(each.kind, each.community) for each in deadlines}) < len(deadlines):
            raise ValueError("每类案件在每个小区只写一行 one row for each kind and community")
        return deadlines

    @field_validator("evidence")
    @classmethod
    def _store(cls, url: str, info: ValidationInfo) -> str:
        scheme, _, rest = url.partition(":")
        if scheme == "s3" and rest.startswith("//") and len(rest) > 2 and "@" not in rest:
            return url
        if scheme != "file" or not rest.removeprefix("//"):
            raise ValueError(
                "写成 file:///文件夹 或 s3://桶/前缀 evidence is kept at file:///folder or s3://bucket/prefix"
            )
        path = from_folder(Path(rest.removeprefix("//") if rest.startswith("///") else rest), info)
        return f"file://{path.absolute()}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that days are counted in."""
        return ZoneInfo(self.timezone)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        return split_listen(self.listen)


def split_listen(listen: str) -> tuple[str, int]:
    """Read `host:port` or `[host]:port`.

    Raises:
        ValueError: it is neither.
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise ValueError("写成 主机:端口，例如 127.0.0.1:8080 listen is host:port, 127.0.0.1:8080 for example")
    return host.removeprefix("[").removesuffix("]"), int(port)


def read_secret(path: Path | None, setting: str) -> str:
    """What a file of a secret holds, without the line's end; nothing when there is no file.

    Raises:
        Misconfigured: it cannot be read.
    """
    if path is None:
        return ""
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(4096).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{setting}: {path} cannot be read ({_why(error)})") from None


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "no answer" if isinstance(error, OSError) else "not text"


def load(path: Path) -> Config:
    """Read and check a configuration file. Relative paths in it start at its folder.

    Raises:
        Misconfigured: the text names the file, the setting and what would be accepted.
    """
    try:
        return settings.load(Config, path)
    except settings.SettingsFault as fault:
        raise Misconfigured(str(fault)) from None


def parse(document: dict[str, object], name: str, *, folder: Path) -> Config:
    """Check a configuration that has been read.

    Args:
        name: what errors call it.
        folder: where its relative paths start.
    Raises:
        Misconfigured: as `load`.
    """
    try:
        return settings.parse(Config, document, name, folder=folder)
    except settings.SettingsFault as fault:
        raise Misconfigured(str(fault)) from None
