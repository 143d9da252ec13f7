"""Which addresses are out in the world, and what an operator may allow beside."""

from ipaddress import ip_address

import pytest

from cloud.notify.reach import Reach, is_outer

WITHIN = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - nothing listens there
    "10.0.0.5",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.5",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::10.0.0.5",
    "64:ff9b:1::1",
    "2002:0a00:0005::1",
    "2001:db8::1",
]
OUTSIDE = ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "240e:974::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", WITHIN)
def test_what_is_within_is_not_sent_to(address: str) -> None:
    assert not is_outer(ip_address(address))
    assert not Reach().allows(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_world_is(address: str) -> None:
    assert is_outer(ip_address(address))
    assert Reach().allows(address)


ALLOWED = [
    # allowed,        address,        may be sent to
    ("10.0.0.5", "10.0.0.5", True),
    ("10.0.0.5", "10.0.0.6", False),
    ("10.0.0.0/24", "10.0.0.6", True),
    ("10.0.0.0/24", "10.0.1.6", False),
    ("fd00::/8", "fd12::1", True),
    ("[fd00::1]", "fd00::1", True),
    ("10.0.0.5", "fd00::1", False),
    ("ntfy.local", "10.0.0.5", False),
]


@pytest.mark.parametrize(("allowed", "address", "may"), ALLOWED)
def test_what_the_operator_has_allowed_and_no_more(allowed: str, address: str, may: bool) -> None:
    assert Reach.of([allowed]).allows(address) is may


@pytest.mark.parametrize("host", ["ntfy.local", "NTFY.local", "ntfy.local."])
def test_a_name_is_the_same_name_however_it_is_written(host: str) -> None:
    assert Reach.of(["Ntfy.Local"]).is_named(host)
    assert not Reach.of(["ntfy.local"]).is_named("x.ntfy.local")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "::1"])
def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    assert Reach().refuses(host)


def test_what_has_no_address_is_not_refused_for_nothing_can_be_sent_there() -> None:
    assert not Reach().refuses("x" * 64 + ".example")
