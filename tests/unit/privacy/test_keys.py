"""Keys on a machine that is trusted with them: only its owner may read them, and no error tells what is in one."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cloud.errors import Misconfigured
from cloud.privacy.keys import load
from contract.errors import ContractError
from contract.sealing import private_pem, seal

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNING = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def put(folder: Path, name: str = "a.pem", body: bytes = b"", mode: int = 0o600) -> Path:
    file = folder / name
    file.write_bytes(body or private_pem(KEY))
    file.chmod(mode)
    return file


def test_none_is_no_key_and_a_folder_is_its_keys(tmp_path: Path) -> None:
    assert len(load(None)) == 0
    put(tmp_path)
    put(tmp_path, "b.pem", private_pem(X25519PrivateKey.generate()), 0o400)
    put(tmp_path, "notes.txt", b"nothing", 0o644)
    keys = load(tmp_path)
    assert len(keys) == 2
    sealed = seal(b"x", KEY.public_key().public_bytes_raw(), b"c")
    assert (keys.has(sealed), keys.open(sealed, b"c")) == (True, b"x")
    other = seal(b"x", X25519PrivateKey.generate().public_key().public_bytes_raw(), b"c")
    assert not keys.has(other)
    with pytest.raises(ContractError):
        keys.open(other, b"c")


REFUSED = [
    ("the group may read it", {"mode": 0o640}, "chmod 600"),
    ("others may read it", {"mode": 0o604}, "chmod 600"),
    ("others may write it", {"mode": 0o602}, "chmod 600"),
    ("a key of another kind", {"body": SIGNING}, "not an X25519 key"),
    ("no key", {"body": b"secret words"}, "not an X25519 key"),
]


@pytest.mark.parametrize(("how", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_says_why_and_not_what_is_in_it(tmp_path: Path, how: dict[str, object], says: str) -> None:
    put(tmp_path, **how)  # type: ignore[arg-type]
    with pytest.raises(Misconfigured, match=says) as refused:
        load(tmp_path)
    assert "sealing.keys" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_link_a_pipe_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        load(tmp_path)
    with pytest.raises(Misconfigured):
        load(tmp_path / "missing")
    (tmp_path / "a.pem").symlink_to(put(tmp_path, "real"))
    with pytest.raises(Misconfigured):
        load(tmp_path)
    (tmp_path / "a.pem").unlink()
    os.mkfifo(tmp_path / "a.pem", 0o600)
    with pytest.raises(Misconfigured, match="no plain file"):
        load(tmp_path)
