"""The commands as an operator and the key's holder type them."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image
from typer.testing import CliRunner, Result

from cloud.__main__ import app
from cloud.accounts import Role
from cloud.errors import Misconfigured
from cloud.privacy.domain import Move
from cloud.privacy.parcel import Slip, pack
from contract.sealing import private_pem, seal
from tests.integration.privacy.scene import KEY, PLATE, Scene, actor, plate

ASKER = actor(Role.STAFF, "wang.fang")


@pytest.fixture
def config(scene: Scene, tmp_path: Path) -> Path:
    dsn = scene.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    file = tmp_path / "cloud.toml"
    file.write_text(
        f'evidence = "file://{scene.folder}"\n[database]\ndsn = {json.dumps(dsn)}\n'
        '[[source]]\nurl = "nats://127.0.0.1:4222"\n'
    )
    return file


async def run(*words: str, **more: str) -> Result:
    """A command in a thread, for it runs a loop of its own."""
    import asyncio  # noqa: PLC0415

    return await asyncio.to_thread(CliRunner().invoke, app, list(words), **more)  # type: ignore[arg-type]


async def test_due_shows_and_deletes_only_when_told_to(scene: Scene, config: Path) -> None:
    case = await scene.parked()
    await scene.ends(case, days_ago=100)
    shown = await run("privacy", "due", "-c", str(config))
    assert (shown.exit_code, "due: 1 pictures and films, 1 originals of 1 cases" in shown.output) == (0, True)
    assert len(scene.stored()) == 2
    done = await run("privacy", "due", "--delete", "-c", str(config))
    assert "deleted: 2 pictures and originals, 2 files" in done.output
    assert scene.stored() == set()


async def test_hold_and_release_by_number(scene: Scene, config: Path) -> None:
    case = await scene.parked()
    assert (await run("privacy", "hold", case.number, "--reason", "法院调取", "-c", str(config))).exit_code == 0
    listed = await run("privacy", "holds", "-c", str(config))
    assert case.number in listed.output
    twice = await run("privacy", "hold", case.number, "--reason", "法院调取", "-c", str(config))
    assert isinstance(twice.exception, Misconfigured)
    unknown = await run("privacy", "hold", "LL-20000101-0001", "--reason", "法院调取", "-c", str(config))
    assert isinstance(unknown.exception, Misconfigured)
    assert (await run("privacy", "release", case.number, "--reason", "法院已结案", "-c", str(config))).exit_code == 0
    assert await scene.holds.of_case(case.id) is None
    assert {e.actor.split(":")[0] for e in await scene.audit("hold.changed")} == {"cli"}


async def test_sweep_fails_where_a_file_is_missing(scene: Scene, config: Path) -> None:
    case = await scene.parked()
    assert (await run("privacy", "sweep", "-c", str(config))).exit_code == 0
    (picture,) = await scene.shown(case)
    next(scene.folder.glob(f"sha256/*/{picture}")).unlink()
    found = await run("privacy", "sweep", "-c", str(config))
    assert found.exit_code == 1
    assert f"no file: {picture}" in found.output


async def test_erase_shows_first_and_erases_only_with_yes(scene: Scene, config: Path) -> None:
    case = await scene.parked(plate=plate())
    await scene.ends(case, days_ago=1)
    words = ["privacy", "erase", "--plate", "-", "--reason", "本人申请", "-c", str(config)]
    shown = await run(*words, input="苏a·12345\n")
    assert (shown.exit_code, case.number in shown.output) == (0, True)
    assert len(scene.stored()) == 2
    assert PLATE not in shown.output
    done = await run(*words, "--yes", input="苏a·12345\n")
    assert (done.exit_code, "erased: 1 cases, 2 pictures" in done.output) == (0, True)
    assert scene.stored() == set()
    assert (await run(*words, "--yes", input="苏a·12345\n")).exit_code == 1
    bad = await run("privacy", "erase", "--plate", "苏A'; drop", "--reason", "本人申请", "-c", str(config))
    assert isinstance(bad.exception, Misconfigured)


@pytest.fixture
async def parcel(scene: Scene, tmp_path: Path) -> Path:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await scene.keyless.ask(case.id, picture, "核对画面", by=ASKER)
    await scene.keyless.decide(request.id, Move.GRANT, by=actor(Role.LEAD), hours=2)
    given = await scene.keyless.open(request.id, picture, by=ASKER)
    file = tmp_path / f"{given.name}.linli"
    file.write_bytes(given.body)
    return file


async def test_the_key_s_holder_opens_what_was_given_out(scene: Scene, parcel: Path) -> None:
    key = str(scene.keys / "lantian.pem")
    done = await run("original", "open", "--key", key, str(parcel))
    assert done.exit_code == 0, done.output
    out = parcel.with_suffix(".jpg")
    assert out.stat().st_mode & 0o777 == 0o600
    assert Image.open(BytesIO(out.read_bytes())).format == "JPEG"
    assert "wang.fang" in done.output
    again = await run("original", "open", "--key", key, str(parcel))
    assert isinstance(again.exception, Misconfigured)
    assert "there already" in str(again.exception)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


async def test_another_key_one_that_others_may_read_and_a_damaged_file_are_refused(
    scene: Scene, parcel: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(private_pem(X25519PrivateKey.generate()))
    other.chmod(0o600)
    assert isinstance((await run("original", "open", "--key", str(other), str(parcel))).exception, Misconfigured)
    open_to_all = tmp_path / "open.pem"
    open_to_all.write_bytes(private_pem(KEY))
    open_to_all.chmod(0o640)
    refused = await run("original", "open", "--key", str(open_to_all), str(parcel))
    assert "chmod 600" in str(refused.exception)
    cut_short(parcel)
    key = str(scene.keys / "lantian.pem")
    assert isinstance((await run("original", "open", "--key", key, str(parcel))).exception, Misconfigured)
    assert not parcel.with_suffix(".jpg").exists()


async def test_a_film_opens_without_a_watermark_only_where_that_is_said(scene: Scene, tmp_path: Path) -> None:
    slip = Slip(
        request="r",
        number="LL-20261121-0001",
        asker="wang.fang",
        until=scene.clock() + timedelta(hours=1),
        media_type="video/mp4",
        community="lantian",
        gateway="gw-east",
        camera="cam1",
        taken_at=scene.clock(),
    )
    film, over = tmp_path / "film.linli", tmp_path / "over.linli"
    sealed = seal(b"a film", KEY.public_key().public_bytes_raw(), slip.context)
    film.write_bytes(pack(slip, sealed))
    over.write_bytes(pack(slip.model_copy(update={"until": scene.clock() - timedelta(hours=1)}), sealed))
    key = str(scene.keys / "lantian.pem")
    refused = await run("original", "open", "--key", key, str(film))
    assert "--film-without-watermark" in str(refused.exception)
    assert (await run("original", "open", "--key", key, "--film-without-watermark", str(film))).exit_code == 0
    assert film.with_suffix(".mp4").read_bytes() == b"a film"
    assert (await run("original", "open", "--key", key, "--film-without-watermark", str(over))).exit_code == 1
