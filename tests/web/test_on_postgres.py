"""Every page of System and of one's own, read from PostgreSQL: what SQLite forgives in a query, it does not."""

from __future__ import annotations

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.services import disown
from tests.support.acts import asked, says_no, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.databases import POSTGRESQL
from tests.support.house import House

pytestmark = pytest.mark.parametrize("kind", [POSTGRESQL])
WITHOUT = {"health.ready", "metrics.show", "dev.components", "login.waiting_qr"}
OUTCOMES = (
    "waiting",
    "unasked",
    "denied",
    "expired",
    "exempted",
    "withdrawn",
    "password",
    "signed_in",
    "refused",
)


@pytest.fixture
def anna(house: House) -> RobotBrowser:
    """An administrator, in a house in which something of each kind has happened."""
    RobotBrowser(house.app).signs_in("dora", "wrong")
    RobotBrowser(house.app).signs_in("dora")
    house.policy(Mode.ALWAYS)
    phone = house.phone("anna")
    anna = signs_in_with(house, RobotBrowser(house.app), phone, "anna")
    RobotBrowser(house.app).signs_in("anna")
    refused = asked(house, "anna")
    says_no(house, phone, refused)
    disown.sign_in(house.parts, house.id_of("anna"), refused.id)
    RobotBrowser(house.app).signs_in("bob")
    return anna


def test_every_page_opens(house: House, anna: RobotBrowser) -> None:
    bob = asked(house, "bob")
    values = {"user_id": house.id_of("bob"), "sign_in_id": bob.id, "confirmation_id": bob.id, "at": 0}
    values |= {"name": "Administrator", "kind": "role"}
    opened = []
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in WITHOUT | {"static"}:
            continue
        if rule.endpoint.startswith("mobile_api.") or not rule.arguments <= values.keys():
            continue
        with house.app.test_request_context():
            path = house.app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        answer = anna.get(path)
        assert answer.status_code < 400, (path, answer.status_code)
        opened.append(rule.endpoint)
    assert {
        "admin.sign_ins",
        "admin.sign_in",
        "admin.overview",
        "admin.users",
        "admin.user",
        "admin.log",
    } <= set(opened)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_kind_of_sign_in_is_found(anna: RobotBrowser, outcome: str) -> None:
    for query in (f"outcome={outcome}", f"outcome={outcome}&q=a&from=2020-01-01&to=2040-01-01&user=anna"):
        assert anna.get(f"/system/sign-ins?{query}").status_code == 200
        assert anna.get(f"/system/sign-ins.csv?{query}").status_code == 200


def test_what_is_longer_than_any_row_number_is_no_page(anna: RobotBrowser) -> None:
    for number in (2**63 - 1, 2**63, 10**25):
        for path in ("", "/exempt"):
            assert anna.get(f"/system/users/{number}{path}").status_code == 404
