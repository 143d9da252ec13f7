"""Names, passwords and how often one may try."""

import pytest

from cloud.accounts import UnusableName, WeakPassword
from cloud.accounts.domain import MAX_NAME, MAX_PASSWORD, canonical_name, check_password
from cloud.accounts.throttle import Limit, Throttle


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (" Wang.Fang ", "wang.fang"),
        ("王芳", "王芳"),
        ("ｗａｎｇ", "wang"),
        ("a1", "a1"),
        ("x" * MAX_NAME, "x" * MAX_NAME),
    ],
)
def test_a_name_has_one_spelling(given: str, stored: str) -> None:
    assert canonical_name(given) == stored


@pytest.mark.parametrize("given", ["", "a", "x" * (MAX_NAME + 1), "a b", "a\x00b", ".ab", "ab-", "a\nb", "<script>"])
def test_another_name_is_refused(given: str) -> None:
    with pytest.raises(UnusableName):
        canonical_name(given)


@pytest.mark.parametrize(
    ("name", "password", "good"),
    [
        ("ten characters", "abcdefghij", True),
        ("nine", "abcdefghi", False),
        ("as long as it may be", "abcd" * (MAX_PASSWORD // 4), True),
        ("one longer", "abcd" * (MAX_PASSWORD // 4) + "a", False),
        ("the same thing", "abababababab", False),
        ("the name", "WangFangWang", False),
    ],
)
def test_a_password_is_long_and_not_the_name(name: str, password: str, good: bool) -> None:
    if good:
        check_password("wangfangwang", password)
    else:
        with pytest.raises(WeakPassword) as error:
            check_password("wangfangwang", password)
        assert password not in str(error.value)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_window_lets_through_so_many_and_then_waits() -> None:
    clock = Clock()
    throttle = Throttle(Limit(attempts=2, window_s=60), clock)
    for _ in range(2):
        assert throttle.wait_s("a") == 0
        throttle.take("a")
    clock.now += 20
    assert throttle.wait_s("a") == 40
    assert throttle.wait_s("b") == 0
    clock.now += 40
    assert throttle.wait_s("a") == 0


def test_an_attempt_that_was_right_is_given_back() -> None:
    throttle = Throttle(Limit(attempts=1, window_s=60), Clock())
    throttle.take("a")
    assert throttle.wait_s("a") > 0
    throttle.give_back("a")
    assert throttle.wait_s("a") == 0
    throttle.give_back("never came")
    assert len(throttle) == 1


def test_memory_is_bounded_and_who_tries_on_is_not_forgotten() -> None:
    throttle = Throttle(Limit(attempts=2, window_s=60), Clock(), max_keys=3)
    throttle.take("busy")
    for stranger in range(100):
        throttle.take("busy")
        throttle.take(f"stranger {stranger}")
    assert len(throttle) == 3
    assert throttle.wait_s("busy") > 0
