"""What is made, used up or ended at one node is so at the other: pairing, proofs, exemptions, sessions, phones."""

from __future__ import annotations

from collections.abc import Callable

import requests

from astrow2fa.services import exemptions, pairing, phones
from tests.support.api import API
from tests.support.live import LiveBrowser, LivePhone
from tests.support.nodes import Nodes
from tests.support.phone import RobotPhone, payload_of

Waits = Callable[..., LiveBrowser]
Listens = Callable[..., LivePhone]


def calls(nodes: Nodes, node: int, proof: str) -> tuple[int, object]:
    """Who am I, with that proof."""
    headers = {"Authorization": f"Bearer {proof}"}
    answer = requests.get(f"{nodes.at(node)}{API}/me", headers=headers, timeout=10)
    return answer.status_code, answer.json().get("code")


def test_a_code_pairs_one_phone_at_whichever_node_it_comes_to_first(nodes: Nodes, name: str) -> None:
    # Given
    parts = nodes.operator.parts
    code = pairing.issue_code(parts, nodes.operator.id_of(name), "operator").link

    def pair(node: int) -> requests.Response:
        key = parts.signatures.new_key()
        body = {
            "code": code,
            "public_key": dict(key.public),
            "name": f"Phone {node}",
            "platform": "robot",
            "storage": "persisted",
        }
        return requests.post(f"{nodes.at(node)}{API}/pair", json=body, timeout=10)

    # When
    first, second = pair(0), pair(1)
    # Then
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (401, "bad_code")


def test_a_proof_and_an_assertion_count_once_for_both(nodes: Nodes, name: str, listens: Listens) -> None:
    phone = nodes.phone(name)
    proof = phone.proof("GET", f"{API}/me")
    assert calls(nodes, 0, proof) == (200, None)
    assert calls(nodes, 1, proof) == (401, "replayed")
    once = {"assertion": phone.assertion()}
    one = nodes.listening(phone, 1).connects(once)
    assert nodes.listening(phone, 0).is_refused(once) == {"message": "replayed"}
    one.hangs_up()


def test_an_exemption_is_used_at_the_other_node_and_ends_what_waits(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 0), waits(name, 0)
    browser.hears()
    phone.is_asked()
    code = exemptions.issue(nodes.operator.parts, name, "the phone is at home").code
    # When
    browser.url = nodes.at(1)
    answer = browser.post("/login/exemption", "/login/waiting", code=code)
    # Then
    assert answer.status_code == 303
    assert browser.signed_in
    assert phone.hears_closed()["state"] == "cancelled"
    assert (browser.hears()["reason"]) == "exempted"


def test_who_signs_out_at_one_node_is_signed_out_at_the_other(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    browser.hears()
    browser.collects()
    copy = nodes.browser(1)
    copy.http.cookies.update(browser.http.cookies.get_dict())
    assert copy.signed_in
    # When
    browser.post("/logout", "/")
    # Then
    assert not copy.signed_in


def test_a_phone_revoked_at_one_node_is_cut_off_at_the_other_and_its_answer_is_worth_nothing(
    nodes: Nodes, name: str, waits: Waits, listens: Listens
) -> None:
    # Given
    phone, browser = listens(name, 1), waits(name, 0)
    number, asked = browser.hears()["number"], phone.is_asked()["confirmation"]
    robot: RobotPhone = phone.phone
    # When
    phones.revoke(nodes.operator.parts, nodes.operator.id_of(name), robot.id)
    # Then
    assert phone.is_cut_off()
    assert nodes.listening(robot, 0).is_refused() == {"message": "device_revoked"}
    said = requests.post(
        f"{nodes.at(0)}{API}/confirmations/{payload_of(asked)['jti']}/decision",
        data=robot.decision(asked, number=number),
        headers={"Content-Type": "application/jose"},
        timeout=10,
    )
    assert (said.status_code, said.json()["code"]) == (403, "device_revoked")
    assert not browser.signed_in


def test_a_phone_paired_at_one_node_is_told_to_those_that_listen_at_either(
    nodes: Nodes, name: str, listens: Listens
) -> None:
    # Given
    one = listens(name, 0)
    two = listens(name, 1, "Tablet")
    one.hears_of(two.phone.id)
    parts = nodes.operator.parts
    code = pairing.issue_code(parts, nodes.operator.id_of(name), "operator").link
    key = dict(parts.signatures.new_key().public)
    body = {"code": code, "public_key": key, "name": "Burner", "platform": "robot", "storage": "persisted"}
    # When
    answer = requests.post(f"{nodes.at(0)}{API}/pair", json=body, timeout=10)
    # Then
    added = answer.json()["device_id"]
    for phone in (one, two):
        assert phone.hears_of(added)["name"] == "Burner"
