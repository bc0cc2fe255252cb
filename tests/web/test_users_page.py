"""/system/users/ID and /system/users/new: one user."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from astrow2fa.web.guard import AUDIENCES
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import form_of, moves_in, posts, signed_in
from tests.support.unchanged import nothing_changes

BUTTONS = ("suspend", "reactivate", "unlock", "reset-password", "pairing-code", "invitation", "sessions/end")


def of(house: House, name: str, what: str = "") -> str:
    return f"/system/users/{house.id_of(name)}{what}"


def password_on(text: str) -> str:
    found = re.search(r'id="generated-password">([^<]+)<', text)
    assert found
    return found[1]


def test_a_new_user_is_made_and_the_password_is_in_the_answer_only(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get("/system/users/new")

    answer = posts(
        anna, "/system/users/new", name="eve", kind=["ess", "vt"], mobile=["ess"], role=["HR"], enabled="yes"
    )

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = password_on(answer.text)
    eve = RobotBrowser(house.app)
    eve.signs_in("eve", password)
    assert eve.signed_in
    assert password not in anna.get(of(house, "eve")).text
    assert password not in str([house.rows(table) for table in ("log", "sessions", "users")])


def test_that_a_new_user_cannot_sign_in_is_said_where_two_factor_is_on(house: House) -> None:
    phone = house.phone("anna")
    for policy, told in ((Mode.OFF, False), (Mode.ALWAYS, True)):
        house.policy(policy)
        anna = RobotBrowser(house.app)
        anna = signs_in_with(house, anna, phone, "anna") if told else signed_in(house, "anna")
        anna.get("/system/users/new")
        name = f"eve-{policy.value}"
        without = posts(anna, "/system/users/new", name=name, kind=["ess"], role=["HR"], enabled="yes")
        assert ('id="locked-out"' in without.text) is told
        anna.get("/system/users/new")
        mobile = posts(
            anna, "/system/users/new", name=f"{name}-mobile", mobile=["ess"], role=["HR"], enabled="yes"
        )
        assert 'id="locked-out"' not in mobile.text


def test_a_duplicate_has_the_rights_but_not_the_names(house: House) -> None:
    moves_in(house, "hanna", "HR", mobile=("vt",))

    page = signed_in(house, "anna").get(f"/system/users/new?from={house.id_of('hanna')}").text

    ticked = re.findall(r'name="(\w+)"\s+value="([^"]*)"\s+checked', page)
    assert ticked == [("kind", "vt"), ("mobile", "vt"), ("role", "HR"), ("enabled", "yes")]
    assert "hanna" not in page.partition('id="user-form"')[2].lower()


def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get("/system/users/new")
    with nothing_changes(house):
        answer = posts(anna, "/system/users/new", name="bob", email="nothing", role=["HR"])
        assert answer.status_code == 422
        assert 'id="email-error"' in answer.text
        answer = posts(anna, "/system/users/new", name="bob", role=["HR"])
        assert answer.status_code == 422
        assert 'id="name-error"' in answer.text
    assert re.search(r'value="HR"\s+checked', answer.text)


def test_a_user_is_edited(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(of(house, "bob"))

    answer = posts(anna, of(house, "bob"), **form_of(house, "bob", display_name="Robert", role=["Manager"]))

    assert (answer.status_code, answer.location) == (303, f"{of(house, 'bob')}?done=saved")
    assert "Robert" in anna.get(answer.location).text


def test_a_form_that_was_overtaken_is_shown_again_with_409(house: House) -> None:
    # Given two administrators on the same page
    moves_in(house, "ada", "Administrator")
    anna, ada = signed_in(house, "anna"), signed_in(house, "ada")
    seen = [re.search(r'name="seen" value="(\w+)"', one.get(of(house, "bob")).text) for one in (anna, ada)]
    assert seen[0]
    assert seen[1]
    posts(anna, of(house, "bob"), **form_of(house, "bob", display_name="Robert", seen=seen[0][1]))
    # When
    with nothing_changes(house):
        answer = posts(ada, of(house, "bob"), **form_of(house, "bob", display_name="Bobby", seen=seen[1][1]))
    # Then
    assert answer.status_code == 409
    assert "Bobby" in answer.text


def test_the_last_administrator_stays_one_with_409(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(of(house, "anna"))
    with nothing_changes(house):
        answer = posts(anna, of(house, "anna"), **form_of(house, "anna", role=[]))
    assert answer.status_code == 409


def test_suspended_reactivated_unlocked(house: House) -> None:
    anna, bob = signed_in(house, "anna"), signed_in(house, "bob")
    anna.get(of(house, "bob"))
    assert anna.post(of(house, "bob", "/suspend")).location == f"{of(house, 'bob')}?done=suspended"
    assert not bob.signed_in
    anna.get(of(house, "bob"))
    assert anna.post(of(house, "bob", "/reactivate")).status_code == 303
    assert anna.post(of(house, "bob", "/unlock")).status_code == 303
    assert bob.signs_in("bob").status_code == 303


def test_a_reset_password_is_shown_once(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(of(house, "bob"))

    password = password_on(anna.post(of(house, "bob", "/reset-password")).text)

    bob = RobotBrowser(house.app)
    assert bob.signs_in("bob").status_code == 401
    assert bob.signs_in("bob", password).status_code == 303
    assert password not in str(house.rows("log"))


def test_a_code_and_an_invitation_are_shown_once(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(of(house, "bob"))

    answer = anna.post(of(house, "bob", "/pairing-code"))
    code = re.search(r'id="pairing-code">([0-9A-Z]{4}-[0-9A-Z]{4})<', answer.text)
    assert code
    assert "/mobile/#pair=" in answer.text
    anna.get(of(house, "bob"))
    answer = anna.post(of(house, "bob", "/invitation"))
    assert "/mobile/#invite=" in answer.text
    assert 'class="qr-code"' in answer.text
    text = anna.get(of(house, "bob")).text
    assert code[1] not in text
    assert "#invite=" not in text
    assert "#invite=" not in str(house.rows("log"))


def test_the_other_half_within_a_day_is_403_with_the_reason(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(of(house, "bob"))
    anna.post(of(house, "bob", "/reset-password"))
    with nothing_changes(house):
        for what in ("/pairing-code", "/invitation"):
            anna.get(of(house, "bob"))
            answer = anna.post(of(house, "bob", what))
            assert answer.status_code == 403
            assert "second person" in answer.text


def test_phones_and_sessions_of_a_user_are_ended(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    phone = strict_house.phone("bob")
    bob = signs_in_with(strict_house, browser.another(), phone, "bob")
    session = strict_house.rows("sessions")[-1]["id"]
    anna = signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    page = anna.get(of(strict_house, "bob")).text
    assert phone.id in page
    assert str(session) in page
    # When
    assert anna.post(of(strict_house, "bob", f"/sessions/{session}/end")).status_code == 303
    assert not bob.signed_in
    assert anna.post(of(strict_house, "bob", f"/phones/{phone.id}/revoke")).status_code == 303
    # Then
    assert "No phone is paired." in anna.get(of(strict_house, "bob")).text
    assert anna.post(of(strict_house, "bob", f"/phones/{phone.id}/revoke")).status_code == 404


@pytest.mark.parametrize("name", ["bob", "anna"])
def test_nobody_helps_oneself(house: House, name: str) -> None:
    moves_in(house, "hanna", "HR")
    hanna = signed_in(house, "hanna")
    for what in BUTTONS:
        hanna.get("/system/users")
        with nothing_changes(house):
            assert hanna.post(of(house, "hanna", f"/{what}")).status_code == 403


@pytest.mark.parametrize("what", BUTTONS)
def test_somebody_who_is_not_there_is_404(house: House, what: str) -> None:
    anna = signed_in(house, "anna")
    anna.get("/system/users/new")

    assert anna.post(f"/system/users/999/{what}").status_code == 404
    assert anna.get("/system/users/999").status_code == 404
    assert anna.get("/system/users/new?from=999").status_code == 404


# Fresh


def is_asked_first(browser: RobotBrowser, path: str, back: str, **fields: str | list[str]) -> None:
    response = posts(browser, path, **fields)
    assert response.status_code == 303
    assert response.location.startswith("/my-info/confirm?next="), response.location
    assert back.replace("/", "%2F") in response.location


def test_what_is_sensitive_takes_a_fresh_confirmation_and_the_input_is_kept(house: House) -> None:
    # Given a session that is not fresh any more
    phone = house.phone("bob")
    anna = signed_in(house, "anna")
    anna.get(of(house, "bob"))
    house.clock.advance(900)
    # When
    bob = of(house, "bob")
    with nothing_changes(house, "draft"):
        for what in ("/reset-password", "/pairing-code", "/invitation", f"/phones/{phone.id}/revoke"):
            is_asked_first(anna, bob + what, bob)
        is_asked_first(anna, "/system/users/new", "/system/users/new", name="eve", role=["HR"])
        is_asked_first(anna, bob, bob, **form_of(house, "bob", email="b@example.org"))
        is_asked_first(anna, bob, bob, **form_of(house, "bob", permission=["chat"]))
        is_asked_first(anna, bob, bob, **form_of(house, "bob", role=["HR"], display_name="Robert"))
    # Then what was typed last is in the form again
    page = anna.get(bob).text
    assert 'value="Robert"' in page
    assert re.search(r'value="HR"\s+checked', page)


def test_what_is_not_sensitive_does_not(house: House) -> None:
    anna = signed_in(house, "anna")
    anna.get(of(house, "bob"))
    house.clock.advance(900)

    answer = posts(
        anna, of(house, "bob"), **form_of(house, "bob", display_name="Robert", kind=["vt"], mobile=[])
    )
    assert answer.location == f"{of(house, 'bob')}?done=saved"
    assert anna.post(of(house, "bob", "/suspend")).location == f"{of(house, 'bob')}?done=suspended"


# Forged


def test_a_forged_post_of_somebody_without_the_permission_is_403(house: House) -> None:
    dora = signed_in(house, "dora")
    token = dora.csrf()
    paths = [
        rule.rule.replace("<int:user_id>", str(house.id_of("bob"))).replace("<", "").replace(">", "")
        for rule in house.app.url_map.iter_rules()
        if AUDIENCES.get(rule.endpoint) in (Permission.EDIT_USERS, Permission.EDIT_ROLES)
        and "POST" in (rule.methods or ())
    ]
    assert len(paths) > 20
    with nothing_changes(house):
        for path in paths:
            assert dora.sends(path, csrf_token=token, name="eve").status_code == 403, path


def test_without_the_token_it_is_400(house: House) -> None:
    anna = signed_in(house, "anna")
    with nothing_changes(house):
        for what in ("", *(f"/{button}" for button in BUTTONS)):
            assert anna.sends(of(house, "bob", what), name="x").status_code == 400
        assert anna.sends("/system/users/new", name="eve").status_code == 400
        assert anna.sends("/system/users/mobile", scope="found", what="remove").status_code == 400
