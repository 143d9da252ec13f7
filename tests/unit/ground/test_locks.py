"""The lock files hold what pyproject asks for, by hash, for every machine, and name no place to fetch it from."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[3]
EXTRAS: Final = ("edge", "cloud", "models", "onebox", "dev")
LOCKS: Final = (*EXTRAS, "setup")
SHA256: Final = re.compile(r"--hash=sha256:[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package: `name`, exact `version`, and how many files of it are admitted."""

    name: str
    version: str
    hashes: int


def read_lock(name: str) -> dict[str, Pin]:
    """Read `locks/{name}.txt` into pins by package name; anything but pins, hashes and comments is refused."""
    text = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    entries = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    pins: dict[str, Pin] = {}
    for entry in entries:
        head, *hashes = re.split(r"\s+(?=--hash)", entry.strip())
        found = re.fullmatch(r"([a-z0-9][a-z0-9-]*)==([^ ;]+)( ; .+)?", head.strip())
        assert found, f"not an exact pin: {entry[:80]}"
        assert all(SHA256.fullmatch(one) for one in hashes), f"not a hash in: {entry[:80]}"
        pins[found[1]] = Pin(found[1], found[2], len(hashes))
    return pins


def asked_for(extra: str) -> set[str]:
    """Return the names that pyproject asks for in `extra`, with what every room needs and extras of extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names: set[str] = set()
    waiting = list(project["dependencies"]) + list(project["optional-dependencies"][extra])
    while waiting:
        requirement = waiting.pop()
        name, extras = re.match(r"([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?", requirement).groups()  # type: ignore[union-attr]
        if name == project["name"]:
            waiting += [one for inner in extras.split(",") for one in project["optional-dependencies"][inner]]
        else:
            names.add(re.sub(r"[._]+", "-", name.lower()))
    return names


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_lock_names_everything_that_pyproject_asks_for(extra: str) -> None:
    assert asked_for(extra) - read_lock(extra).keys() == set(), "run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    assert [pin for pin in read_lock(name).values() if pin.hashes == 0] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place(name: str) -> None:
    text = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^(-i|--index|--extra-index|--find-links|-f)\b", text, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in LOCKS if name != "dev"])
def test_versions_are_those_that_the_tests_ran_with(name: str) -> None:
    tested = read_lock("dev")
    differing = {pin.name for pin in read_lock(name).values() if pin.version != tested.get(pin.name, pin).version}
    assert differing == set()


@pytest.mark.parametrize(
    ("extra", "never"),
    [
        ("edge", {"psycopg", "psycopg-binary", "sqlalchemy", "alembic", "fastapi", "nats-py"}),
        ("cloud", {"opencv-python-headless", "opencv-python", "numpy", "onnxruntime", "onnx", "av", "pyserial"}),
        ("edge", {"pytest", "mypy", "playwright"}),
        ("cloud", {"pytest", "mypy", "playwright"}),
    ],
    ids=["a gateway has no database", "the cloud sees no picture", "a gateway has no tools", "the cloud has no tools"],
)
def test_an_extra_stays_in_its_own_world(extra: str, never: set[str]) -> None:
    assert never & read_lock(extra).keys() == set()


def test_browser_packages_are_exact_hashed_and_without_address() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages.pop("")
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
