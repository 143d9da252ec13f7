"""The cloud's configuration: what is read, and what a wrong one is told."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from cloud.config import Config, PointStoreKind, load
from cloud.errors import Misconfigured
from contract.settings import MAX_SETTINGS_BYTES

SOUND = """
listen = "0.0.0.0:9000"
evidence = "file:pictures"
timezone = "Asia/Urumqi"
secure_cookies = false

[database]
dsn = "postgresql://linli:hunter2@db/linli"

[[source]]
url = "nats://127.0.0.1:4222"
others = ["nats://127.0.0.1:4223"]

[[source]]
url = "mqtts://broker.example:8883"
username = "linli"
password_file = "secrets/mqtt"

[points]
kind = "influxdb"
url = "https://influx.example:8086"
token_file = "points.token"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cloud.toml"
    path.write_text(text)
    return path


def test_a_whole_file(tmp_path: Path) -> None:
    config = load(written(tmp_path, SOUND))
    assert config.database.address() == "postgresql://linli:hunter2@db/linli"
    assert [source.is_mqtt for source in config.source] == [False, True]
    assert config.source[1].password_file == tmp_path / "secrets/mqtt"
    assert config.evidence == f"file://{tmp_path}/pictures"
    assert config.key == tmp_path / "cloud.key"
    assert config.address == ("0.0.0.0", 9000)  # noqa: S104 - what the file says
    assert config.zone.key == "Asia/Urumqi"
    assert not config.secure_cookies
    assert "hunter2" not in repr(config)
    assert config.points is not None
    assert (config.points.kind, config.points.org, config.points.token_file) == (
        PointStoreKind.INFLUXDB,
        "linli",
        tmp_path / "points.token",
    )


def test_the_defaults_are_the_careful_ones(tmp_path: Path) -> None:
    config = load(written(tmp_path, '[database]\ndsn = "postgresql:///l"\n[[source]]\nurl = "nats://h"\n'))
    assert config.address == ("127.0.0.1", 8080)
    assert config.secure_cookies
    assert config.evidence == f"file://{tmp_path}/evidence"
    assert config.points is None, "nothing is queued for a store that is not there"


def test_the_address_of_the_database_may_lie_in_a_file(tmp_path: Path) -> None:
    text = SOUND.replace('dsn = "postgresql://linli:hunter2@db/linli"', 'dsn_file = "dsn"')
    config = load(written(tmp_path, text))
    with pytest.raises(Misconfigured, match=r"database\.dsn_file: .*cannot be read"):
        config.database.address()
    (tmp_path / "dsn").write_text("\n")
    with pytest.raises(Misconfigured, match="is empty"):
        config.database.address()
    (tmp_path / "dsn").write_text("postgresql://linli@db/linli\n")
    assert config.database.address() == "postgresql://linli@db/linli"


WRONG = [
    # name,                 find,                        put,                        told
    ("a typo", "secure_cookies", "secure_cookie", "is 'secure_cookies' meant"),
    ("a typo below", "password_file", "pasword_file", r"source\.1\.pasword_file: .*'password_file'"),
    ("no source", '[[source]]\nurl = "nats', '[[sauce]]\nurl = "nats', "is 'source' meant"),
    ("no such zone", "Asia/Urumqi", "Asia/Atlantis", "timezone: .*Asia/Shanghai"),
    ("a zone out of the folder", "Asia/Urumqi", "../../etc/passwd", "timezone"),
    ("no port", "0.0.0.0:9000", "localhost", "listen: .*host:port"),
    ("a port too high", "0.0.0.0:9000", "0.0.0.0:70000", "listen"),
    ("a password in the address", "mqtts://broker", "mqtts://me:hunter2@broker", r"source\.1\.url"),
    ("another kind of broker", "nats://127.0.0.1:4222", "amqp://127.0.0.1", r"source\.0\.url"),
    ("a port that is none", "nats://127.0.0.1:4222", "nats://127.0.0.1:x", r"source\.0\.url"),
    ("nodes of MQTT", 'username = "linli"', 'others = ["nats://x"]', r"source\.1: .*others"),
    ("two addresses", "[database]", '[database]\ndsn_file = "x"', "database: .*one of both"),
    ("another store", "file:pictures", "ftp://pictures", "evidence: .*s3://"),
    ("a password for the point store", "https://influx", "https://me:hunter2@influx", r"points\.url"),
    ("another kind of point store", '"influxdb"', '"graphite"', r"points\.kind: .*victoriametrics"),
    ("a point store without a scheme", "https://influx", "influx", r"points\.url"),
    ("a port of the point store that is none", "example:8086", "example:0", r"points\.url: .*scheme://host:port"),
    ("a queue that is too short", "[points]", "[points]\nqueue = 999", r"points\.queue: .*1000"),
    (
        "quarters for too short",
        "[points]",
        "[history]\nquarters_days = 399\n[points]",
        r"history\.quarters_days: .*400",
    ),
    ("not TOML", "[database]", "[database", "not TOML"),
]


@pytest.mark.parametrize(("find", "put", "told"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_named(tmp_path: Path, find: str, put: str, told: str) -> None:
    assert find in SOUND
    with pytest.raises(Misconfigured, match=told) as refused:
        load(written(tmp_path, SOUND.replace(find, put, 1)))
    assert "cloud.toml" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match="not TOML"):
        load(tmp_path / "b.toml")
    (tmp_path / "c.toml").write_bytes(b"#" * (MAX_SETTINGS_BYTES + 1))
    with pytest.raises(Misconfigured, match="at most"):
        load(tmp_path / "c.toml")


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/a/b"])
def test_evidence_may_lie_in_s3(tmp_path: Path, url: str) -> None:
    assert load(written(tmp_path, SOUND.replace("file:pictures", url))).evidence == url


def test_an_absolute_folder_stays_where_it_is(tmp_path: Path) -> None:
    assert load(written(tmp_path, SOUND.replace("file:pictures", "file:///var/x"))).evidence == "file:///var/x"


def test_every_setting_has_a_place() -> None:
    assert set(Config.model_fields) >= {"database", "source", "listen", "evidence", "key", "timezone", "limits"}


def test_the_example_is_right_with_a_point_store_too(tmp_path: Path) -> None:
    text = files("cloud.app").joinpath("example.toml").read_text(encoding="utf-8")
    told = re.sub(r"^# (?=\[points\]|(kind|url|org|bucket|token_file|ca_file|queue) = )", "", text, flags=re.MULTILINE)
    (tmp_path / "points.token").write_text("hunter2")
    points = load(written(tmp_path, told)).points
    assert points is not None
    assert points.token() == "hunter2"
    assert set(points.model_dump(exclude_unset=True)) == set(type(points).model_fields), "each setting is in it"
