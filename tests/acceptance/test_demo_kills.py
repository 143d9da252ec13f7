"""`kill -9` of each process in turn while the story plays: it ends as if nothing had happened."""

import time

import psutil
import pytest

from tests.acceptance.demo_process import Demo, processes_of

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]


def test_every_process_is_killed_once_and_nothing_is_lost_or_doubled(demo: Demo) -> None:
    demo.until_told("a car comes to stand", 120)
    time.sleep(3)  # not for luck: the kills are to be spread over the car's stay
    demo.kill("story")  # the camera goes while the car stands
    time.sleep(4)
    demo.kill("gateway")  # … before the vehicle's time is up, and that of the gate
    time.sleep(2)
    demo.kill("yard")  # … with the gate open: its board forgets what it had not told
    time.sleep(2)
    demo.kill("nats")  # … with the gateway connected
    demo.until_told("a case was opened: 违停", 120)
    demo.kill("cloud")  # … before or between photo and acceptance
    demo.until_told("accepted by staff", 60, times=3)
    demo.kill("postgres")  # … under the cloud's feet
    demo.until_told("reported handled; the camera is asked", 60)
    parts = psutil.Process(demo.process.pid).children()
    demo.process.kill()  # … the supervisor, while the camera is asked
    _, alive = psutil.wait_procs(parts, timeout=10)
    assert not alive, "parts outlive their supervisor"
    demo.again()
    code, summary = demo.summary(180)
    wanted = {"cases_opened": 3, "cases_closed_verified": 2, "lost": 0, "duplicated": 0}
    assert {name: summary[name] for name in wanted} == wanted, demo.told + demo.logs()
    assert code == 0
    assert demo.told.count("was ended by SIGKILL") == 6
    assert processes_of(demo.folder) == []
