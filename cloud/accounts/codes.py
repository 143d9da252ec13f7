"""The second factor: codes by time (TOTP, RFC 6238) and the codes that help when the telephone is lost."""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from datetime import datetime
from typing import Final

import pyotp

ISSUER: Final = "Linli 邻里"
STEP_S: Final = 30
DRIFT: Final = 1  # time steps that a telephone's clock may be off, either way
RECOVERY: Final = 10  # codes that are given out
RECOVERY_BYTES: Final = 10  # random bytes of each
MAX_CODE: Final = 40  # characters that are worth a look


def new_secret() -> str:
    """What the telephone and the cloud share, in base 32: 160 bits, as RFC 4226 asks for."""
    return pyotp.random_base32(32)


def address(secret: str, name: str) -> str:
    """What the QR code says; it holds the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code is of, within `DRIFT` of now; None: it is wrong."""
    given = re.sub(r"\s", "", code[:MAX_CODE])
    if re.fullmatch(r"[0-9]{6}", given, re.ASCII) is None:
        return None
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    steps = range(present - DRIFT, present + DRIFT + 1)
    fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), given)]
    return fitting[-1] if fitting else None


def recovery_codes() -> tuple[str, ...]:
    """Codes that each stand in for a lost telephone once."""
    return tuple(_grouped(b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()) for _ in range(RECOVERY))


def recovery_digest(code: str) -> str | None:
    """What is stored of a recovery code, however it is spelt; None: it is none. 80 random bits bear a plain hash."""
    plain = re.sub(r"[\s-]", "", code[:MAX_CODE]).upper()
    if re.fullmatch(r"[A-Z2-7]{16}", plain) is None:
        return None
    return hashlib.sha256(plain.encode()).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
