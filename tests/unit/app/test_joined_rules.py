"""What the rules say of plates, permits, berths and zombie vehicles comes out as events, with what belongs to it."""

from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray

from contract.berth import BerthOccupancy, BerthState
from contract.device import CameraState
from contract.parking import ParkingCleared, ParkingOpened, Rule
from contract.plates import PermitState, PlateState
from contract.sealing import context_of, open_sealed, public_text
from contract.vehicle import ZombieConfirmed, ZombieSuspected
from edge.config import Plates as PlateSettings
from edge.permits import open_register
from models.detection import Character, PlateGlimpse, Plates
from tests.unit.app.street import CAR, DOCUMENT, KEY, START, Yard, frame, moment

SEAL_KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PLATE = "京AB12C3"
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


class OnePlate:
    """Finds a plate at the car's lower edge."""

    def detect(self, image: NDArray[np.uint8]) -> Plates:
        height, width = image.shape[:2]
        x1, y1, x2, y2 = width * 0.35, height * 0.7, width * 0.65, height * 0.85
        corners = np.array([[[x1, y1], [x2, y1], [x2, y2], [x1, y2]]], np.float32)
        return Plates(np.array([[x1, y1, x2, y2]], np.float32), np.array([0.95], np.float32), corners)


class Reads:
    """Reads the same each time, sure of every character."""

    def read(self, crop: NDArray[np.uint8]) -> PlateGlimpse:
        last = len(PLATE) - 1
        return PlateGlimpse(tuple(Character(((letter, 0.99),), i / last) for i, letter in enumerate(PLATE)))


def document(zone: dict[str, object], **sections: object) -> dict[str, object]:
    camera = {**DOCUMENT["cameras"][0], "zones": [{"id": "lane", "polygon": WHOLE, **zone}]}  # type: ignore[index]
    return {**DOCUMENT, "cameras": [camera], **sections}


def stand(yard: Yard, seconds: int) -> None:
    for second in range(seconds):
        yard.watch.take(frame(second, car=second >= 5))


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    path = tmp_path / "permits.csv"
    path.write_text("plate,kind,from,until\n京Z99999,resident,,\n", encoding="utf-8")
    return path


def test_a_plate_without_a_permit_is_told_as_such(tmp_path: Path, lists: Path) -> None:
    settings = {"read": True, "lists": [str(lists)]}
    register = open_register(PlateSettings(lists=(lists,)), data=tmp_path, key=KEY, timezone="Asia/Shanghai", now=START)
    zone = {"kind": "berth", "dwell": 30, "permit_only": True, "permits": ["resident"]}
    yard = Yard(
        tmp_path, document=document(zone, plates=settings), plates=OnePlate(), reader=Reads(), register=register
    )
    stand(yard, 60)
    (opened,) = (event for event in yard.sent() if isinstance(event, ParkingOpened))
    assert opened.data.rule is Rule.NO_PERMIT
    assert opened.data.plate is not None
    assert opened.data.plate.state is PlateState.READ
    assert opened.data.plate.text is not None
    assert opened.data.plate.text.endswith(PLATE[1:])
    assert opened.data.permit is not None
    assert opened.data.permit.state is PermitState.NONE
    assert opened.data.models == ("clp-det", "clp-rec", "ssdlite-mobilenetv2-coco")
    for second in range(60, 100):
        yard.watch.take(frame(second, car=False))
    (cleared,) = (event for event in yard.sent() if isinstance(event, ParkingCleared))
    assert cleared.data.plate is not None
    assert cleared.data.plate.text == opened.data.plate.text, "what drove off has the plate that it had"
    yard.close()


def test_a_berth_is_taken_and_unknown_once_the_camera_is_lost(tmp_path: Path) -> None:
    box = [[x / 640, y / 360] for x, y in ((CAR[0], 120), (CAR[2], 120), (CAR[2], 300), (CAR[0], 300))]
    yard = Yard(tmp_path, document=document({"kind": "berth", "dwell": "7d", "polygon": box}))
    stand(yard, 70)
    yard.watch.counters.turned(CameraState.LOST, "unplugged")
    for second in range(70, 400, 10):
        yard.watch.tick(moment(second))
    states = [event.data.berths[0].state for event in yard.sent() if isinstance(event, BerthOccupancy)]
    assert [state for i, state in enumerate(states) if i == 0 or state is not states[i - 1]][-2:] == [
        BerthState.TAKEN,
        BerthState.UNKNOWN,
    ]
    yard.close()


def test_a_zombie_vehicle_is_told_with_its_signs_and_pictures(tmp_path: Path, lists: Path) -> None:
    lists.write_text(f"plate,kind,from,until\n{PLATE},resident,2024-01-01,2025-12-31\n", encoding="utf-8")
    register = open_register(PlateSettings(lists=(lists,)), data=tmp_path, key=KEY, timezone="Asia/Shanghai", now=START)
    zombie = {"suspected_after": "1d", "confirmed_after": "3d", "signs": ["permit_expired"]}
    yard = Yard(
        tmp_path,
        document=document({"kind": "road", "dwell": "20d"}, zombie=zombie),
        plates=OnePlate(),
        reader=Reads(),
        register=register,
    )
    stand(yard, 30)
    for hour in range(1, 100):
        yard.watch.take(frame(3600 * hour, car=True))
    stages = [event for event in yard.sent() if isinstance(event, ZombieSuspected | ZombieConfirmed)]
    assert [type(event) for event in stages] == [ZombieSuspected, ZombieConfirmed]
    assert [sign.sign.value for sign in stages[1].data.signs] == ["permit_expired"]
    assert len(stages[1].data.evidence) >= 2
    assert stages[1].data.standing_s >= 3 * 86_400
    yard.close()


def test_the_unmasked_frame_goes_along_sealed_and_opens_with_the_communitys_key(tmp_path: Path) -> None:
    seal = {"enabled": True, "seal_to": public_text(SEAL_KEY.public_key())}
    yard = Yard(tmp_path, document={**DOCUMENT, "masking": seal})
    stand(yard, 40)
    (opened,) = (event for event in yard.sent() if isinstance(event, ParkingOpened))
    shown = {one.sha256: one for one in opened.data.evidence if not one.sealed}
    sealed = [one for one in opened.data.evidence if one.sealed]
    assert len(shown) == len(sealed) >= 2
    for one in sealed:
        assert one.original_of in shown
        assert not one.masked
        data = yard.store.read(one.sha256)
        assert data is not None
        plain = open_sealed(data, SEAL_KEY, context_of("demo", "gw-1", "east", one.taken_at))
        assert plain.startswith(b"\xff\xd8\xff")
        assert plain[:16] not in data
    yard.close()
