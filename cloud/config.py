"""The cloud's configuration file: one TOML document, closed."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final
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
    answer_within_s: float = Field(
        default=300.0, ge=1, le=86_400, description="how long a camera has to say whether a vehicle has gone"
    )
    limits: Limits = Limits()
    history: History = History()
    points: Points | None = None

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, listen: str) -> str:
        split_listen(listen)
        return listen

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("时区写成 Asia/Shanghai 这样 not a time zone; Asia/Shanghai is one") from None
        return timezone

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
