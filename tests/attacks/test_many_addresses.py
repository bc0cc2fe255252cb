"""A limit of an address, walked around with the other addresses of the same network: one IPv6 subscriber has 2^64."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.services.lanes import of_address
from astrow2fa.web import sockets
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes

NETWORK = "2001:db8:7:9"


def test_passwords_are_sprayed_from_a_new_address_each_time(build: Callable[..., House]) -> None:
    # Given
    house = build(ASTROW2FA_LIMITS="login.address=5/minute")
    for host in range(1, 6):
        sprayed = RobotBrowser(house.app, f"{NETWORK}:{host}::{host}").signs_in(f"name{host}", "wrong")
        assert sprayed.status_code == 401
    # When
    with nothing_changes(house):
        refused = RobotBrowser(house.app, f"{NETWORK}::beef").signs_in("anna")
    # Then
    assert refused.status_code == 429
    # And a neighbour is not concerned
    assert RobotBrowser(house.app, "2001:db8:7:a::beef").signs_in("anna").status_code == 303


def test_pairing_codes_are_tried_from_a_new_address_each_time(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="pair.address=3/minute")
    statuses = [
        house.app.test_client()
        .post(
            "/mobile/api/v1/invitations",
            json={"code": "x", "username": "anna", "password": "y"},
            environ_base={"REMOTE_ADDR": f"{NETWORK}::{host}"},
        )
        .status_code
        for host in range(1, 5)
    ]
    assert statuses == [401, 401, 401, 429]


def test_sockets_are_opened_from_a_new_address_each_time(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="socket.address=2/minute")
    sockets.limit(house.parts, {"REMOTE_ADDR": f"{NETWORK}::1"})
    sockets.limit(house.parts, {"REMOTE_ADDR": f"{NETWORK}::2"})
    with pytest.raises(sockets.Refuse):
        sockets.limit(house.parts, {"REMOTE_ADDR": f"{NETWORK}::3"})


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_what_an_address_counts_as(address: str, counts_as: str) -> None:
    assert of_address(address) == counts_as
