"""/system/users: several users at once, and files of them."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from tests.support.browser import RobotBrowser
from tests.support.house import House, install_licence
from tests.support.people import moves_in, posts, signed_in
from tests.support.unchanged import nothing_changes

IMPORT = "/system/users/import"


@pytest.fixture
def anna(house: House) -> RobotBrowser:
    anna = signed_in(house, "anna")
    anna.get("/system/users")
    return anna


def mobile(house: House) -> set[tuple[object, object]]:
    return {(row["user_id"], row["kind"]) for row in house.rows("user_mobile")}


def test_ticked_users_are_given_mobile(house: House, anna: RobotBrowser) -> None:
    dora = house.id_of("dora")

    answer = posts(
        anna, "/system/users/mobile", user=[str(dora)], what="assign", on="vt", query="q=d", scope="ticked"
    )

    assert answer.status_code == 303
    assert answer.location == "/system/users?q=d&done=assigned&changed=1&untouched=0"
    assert (dora, "vt") in mobile(house)
    assert 'id="notice"' in anna.get(answer.location).text


def test_all_that_were_found_lose_it(house: House, anna: RobotBrowser) -> None:
    posts(anna, "/system/users/mobile", scope="found", what="remove", query="q=bob")
    assert mobile(house) == {(house.id_of("anna"), "ess"), (house.id_of("charlie"), "ess")}

    answer = posts(anna, "/system/users/mobile", scope="found", what="remove")
    assert answer.location == "/system/users?done=removed&changed=2&untouched=0"
    assert mobile(house) == set()


@pytest.mark.parametrize("user", [[], ["x"], ["-1"], ["9" * 30]])
def test_nobody_ticked_is_422(house: House, anna: RobotBrowser, user: list[str]) -> None:
    with nothing_changes(house):
        for what in ("mobile", "sheets"):
            assert posts(anna, f"/system/users/{what}", user=user, what="remove").status_code == 422


def test_too_few_seats_are_said_in_numbers(house: House, anna: RobotBrowser) -> None:
    house.delete("licences")
    install_licence(house.parts, seats=3)
    with nothing_changes(house):
        answer = posts(anna, "/system/users/mobile", scope="found", what="assign", on="every")
    assert answer.status_code == 422
    assert "too few seats: 1 needed, 0 free" in answer.text


def test_it_takes_a_fresh_confirmation_and_the_ticks_are_kept(house: House, anna: RobotBrowser) -> None:
    house.clock.advance(900)
    dora = str(house.id_of("dora"))
    with nothing_changes(house, "draft"):
        answer = posts(anna, "/system/users/mobile", user=[dora], what="assign", on="vt", query="q=d")
    assert answer.location == "/my-info/confirm?next=%2Fsystem%2Fusers%3Fq%3Dd"
    assert re.search(rf'value="{dora}"\s+aria-label="[^"]*"\s+checked', anna.get("/system/users?q=d").text)


def test_sheets_are_printed_for_the_ticked(house: House, anna: RobotBrowser) -> None:
    answer = posts(
        anna, "/system/users/sheets", user=[str(house.id_of(n)) for n in ("bob", "charlie", "dora")]
    )

    assert answer.status_code == 200
    assert re.findall(r'data-user="(\w+)"', answer.text) == ["bob", "charlie"]
    assert answer.text.count("data-invitation") == 2
    assert "dora" in answer.text.partition("left-out")[2]


# Files


def sends(browser: RobotBrowser, data: bytes, page: str = IMPORT) -> TestResponse:
    browser.get(page)
    token = browser.csrf().encode()
    part = b"--xx\r\nContent-Disposition: form-data; name="
    body = part + b'"csrf_token"\r\n\r\n' + token + b"\r\n"
    body += part + b'"file"; filename="users.csv"\r\n\r\n' + data + b"\r\n--xx--\r\n"
    return browser.client.post(IMPORT, data=body, content_type="multipart/form-data; boundary=xx")


def test_a_file_is_checked_and_then_imported(house: House, anna: RobotBrowser) -> None:
    # Given
    answer = sends(anna, b"user_name,kinds\neve,ess+mobile\nbob,vt\n")
    assert answer.status_code == 303
    page = anna.get(answer.location)
    assert '<progress id="progress" max="2" value="0">' in page.text
    # When checked
    with nothing_changes(house, "imports", "import_rows"):
        assert anna.post(f"{answer.location}/look").location == answer.location
    page = anna.get(answer.location)
    assert re.search(r'id="to-create">1<', page.text)
    assert re.search(r'id="to-change">1<', page.text)
    # When imported
    done = anna.post(f"{answer.location}/run")
    assert done.location == "/system/users?state=all&sort=newest&done=imported&created=1&changed=1"
    page = anna.get(done.location).text
    assert 'data-user="eve"' in page
    # And it leads on to those who cannot sign in yet
    assert 'href="/system/users?state=passwordless"' in page
    assert 'data-user="eve"' in anna.get("/system/users?state=passwordless").text
    assert anna.get(answer.location).status_code == 404


def test_a_script_is_told_how_far_the_check_is(house: House, anna: RobotBrowser) -> None:
    location = sends(anna, b"user_name\n" + b"".join(b"user%d\n" % n for n in range(400))).location
    anna.get(location)
    told = []
    while not told or told[-1]["checked"] < told[-1]["total"]:
        answer = anna.client.post(
            f"{location}/look", data={"csrf_token": anna.csrf()}, headers={"Accept": "application/json"}
        )
        told.append(answer.get_json())
    assert [one["checked"] for one in told] == [150, 300, 400]


def test_what_is_wrong_is_listed_by_line_and_column(house: House, anna: RobotBrowser) -> None:
    location = sends(anna, b"user_name,roles\neve,Boss\nfay,\neve,\n").location
    anna.get(location)
    anna.post(f"{location}/look")
    page = anna.get(location).text

    assert re.findall(r'data-line="(\d+)" data-column="(\w+)"', page) == [("2", "roles"), ("4", "user_name")]
    assert "/run" not in page
    with nothing_changes(house, "imports", "import_rows"):
        anna.get("/system/users")
        assert anna.post(f"{location}/run").status_code == 409


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing\nx\n", b"\xff\xfe", b"user_name\n", b"user_name,x\x00\n", b'user_name\n"'],
)
def test_what_is_no_file_of_users_is_422(house: House, anna: RobotBrowser, data: bytes) -> None:
    with nothing_changes(house):
        answer = sends(anna, data)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text


def test_a_large_file_is_taken_from_who_may_import_and_from_nobody_else(
    house: House, anna: RobotBrowser
) -> None:
    large = b"user_name,display_name\n" + b"".join(b"user%05d,%s\n" % (n, b"x" * 200) for n in range(9000))
    assert len(large) > 1024 * 1024
    assert sends(anna, large).status_code == 303
    assert len(house.rows("import_rows")) == 9000
    assert sends(anna, large * 3).status_code in (413, 422)

    assert sends(signed_in(house, "bob"), large, "/").status_code in (403, 413)


def test_an_import_of_somebody_else_is_404(house: House, anna: RobotBrowser) -> None:
    location = sends(anna, b"user_name\neve\n").location
    moves_in(house, "hanna", "HR")
    hanna = signed_in(house, "hanna")
    with nothing_changes(house):
        assert hanna.get(location).status_code == 404
        hanna.get("/system/users")
        token = hanna.csrf()
        assert hanna.sends(f"{location}/look", csrf_token=token).status_code == 404
        assert hanna.sends(f"{location}/run", csrf_token=token).status_code == 404
        hanna.sends(f"{location}/drop", csrf_token=token)


def test_a_dropped_import_is_gone(house: House, anna: RobotBrowser) -> None:
    location = sends(anna, b"user_name\neve\n").location
    anna.get(location)
    assert anna.post(f"{location}/drop").location == "/system/users"
    assert anna.get(location).status_code == 404


def test_importing_takes_a_fresh_confirmation(house: House, anna: RobotBrowser) -> None:
    location = sends(anna, b"user_name\neve\n").location
    anna.get(location)
    anna.post(f"{location}/look")
    house.clock.advance(900)
    with nothing_changes(house, "draft"):
        assert anna.get(IMPORT).location == "/my-info/confirm?next=%2Fsystem%2Fusers%2Fimport"
        anna.get(location)
        assert anna.post(f"{location}/run").location.startswith("/my-info/confirm?next=")
