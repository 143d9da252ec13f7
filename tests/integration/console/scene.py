"""A drawn street as a JPEG: for pages that need a picture and a repository that holds no footage."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
SIZE = (720, 1280)


def street(*, car: bool = True, brightness: float = 1.0) -> bytes:
    """A lane with a car on it, or without; the passer-by is masked as the gateway masks people."""
    picture = np.full((*SIZE, 3), (150, 160, 150), np.uint8)
    picture[:260] = (222, 206, 186)  # sky
    cv2.rectangle(picture, (0, 150), (1280, 300), (120, 150, 125), -1)  # hedge
    for left in range(40, 1280, 310):
        cv2.rectangle(picture, (left, 60), (left + 230, 260), (196, 205, 214), -1)
        for row in range(80, 240, 50):
            for column in range(left + 20, left + 220, 55):
                cv2.rectangle(picture, (column, row), (column + 30, row + 28), (150, 130, 110), -1)
    cv2.fillPoly(picture, [np.array([[0, 720], [0, 430], [1280, 360], [1280, 720]])], (92, 92, 96))
    cv2.polylines(picture, [np.array([[120, 690], [330, 470], [1010, 440], [1180, 660]])], True, (60, 60, 220), 8)
    for left in range(190, 1150, 120):
        cv2.line(picture, (left, 680), (left + 90, 455), (60, 60, 220), 3)
    if car:
        _car(picture)
    _masked_person(picture)
    lit = np.clip(picture.astype(np.float32) * brightness, 0, 255).astype(np.uint8)
    done, body = cv2.imencode(".jpg", lit, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert done
    return body.tobytes()


def _car(picture: Picture) -> None:
    cv2.ellipse(picture, (640, 640), (300, 28), 0, 0, 360, (60, 60, 64), -1)
    cv2.fillPoly(picture, [np.array([[440, 500], [510, 400], [760, 400], [850, 500]])], (150, 96, 40))
    cv2.fillPoly(picture, [np.array([[462, 496], [520, 414], [630, 414], [630, 496]])], (214, 204, 190))
    cv2.fillPoly(picture, [np.array([[645, 496], [645, 414], [750, 414], [822, 496]])], (214, 204, 190))
    cv2.rectangle(picture, (350, 498), (935, 612), (176, 112, 48), -1)
    for x in (470, 815):
        cv2.circle(picture, (x, 615), 58, (40, 40, 40), -1)
        cv2.circle(picture, (x, 615), 26, (170, 170, 170), -1)
    cv2.rectangle(picture, (905, 520), (935, 548), (120, 230, 255), -1)
    cv2.rectangle(picture, (598, 566), (712, 598), (190, 90, 30), -1)
    cv2.putText(picture, "A 12345", (606, 591), cv2.FONT_HERSHEY_SIMPLEX, 0.72, (255, 255, 255), 2)


def _masked_person(picture: Picture) -> None:
    noise = np.random.default_rng(7).integers(70, 190, (9, 4, 3), np.uint8)
    picture[330:564, 1050:1150] = cv2.resize(noise, (100, 234), interpolation=cv2.INTER_NEAREST)
