"""/system/log: the rows, filters, pages, the file, verifying, and the evidence of a confirmation."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from astrow2fa.services import log_reading
from astrow2fa.web.admin import log as log_page
from astrow2fa.web.admin import log_words
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import signed_in


def shown(browser: RobotBrowser, query: str = "") -> list[str]:
    """The tags on the page, newest first."""
    page = browser.get(f"/system/log{query}")
    assert page.status_code == 200
    return re.findall(r'data-row="\d+" data-tag="([^"]+)"', page.text)


def fills(house: House, count: int, tag: Tag = Tag.PHONE_RENAMED, **more: object) -> None:
    with house.parts.store.write() as work:
        for n in range(count):
            work.log.record(Fact(tag, details={"after": f"phone {n}"}, **more))  # type: ignore[arg-type]


@pytest.fixture
def anna(house: House) -> RobotBrowser:
    return signed_in(house, "anna")


def test_every_tag_has_words_of_its_own(house: House) -> None:
    with house.app.test_request_context():
        told = [(tag, str(text)) for _, tags in log_words.groups().values() for tag, text in tags.items()]

    assert sorted(tag for tag, _ in told) == sorted(Tag)
    assert len({text for _, text in told}) == len(told)
    assert all(text and text != tag.value for tag, text in told)


def test_all_is_shown_newest_first(house: House, anna: RobotBrowser) -> None:
    assert shown(anna) == house.log()[::-1]


def test_it_takes_the_permission_to_view_the_log(house: House) -> None:
    house.may("bob", Permission.EDIT_USERS, Permission.EDIT_SYSTEM_SETTINGS)
    bob = signed_in(house, "bob")
    before = house.log()
    for path in ("/system/log", "/system/log.csv", "/system/log/evidence/x"):
        assert bob.get(path).status_code == 403, path
    bob.get("/")
    assert bob.post("/system/log/verify").status_code == 403
    assert "/system/log" not in bob.get("/system/users").text
    assert house.log() == before

    house.may("bob", Permission.VIEW_LOG)
    assert 'href="/system/log"' in bob.get("/system/log").text


def test_filters(house: House) -> None:
    RobotBrowser(house.app, "203.0.113.77").signs_in("bob", "wrong")
    house.clock.advance(86_400)
    fills(house, 1, Tag.PHONE_RENAMED, user_id=house.id_of("bob"), actor="Zoë")
    anna = signed_in(house, "anna")

    assert shown(anna, "?user=BOB") == [Tag.PHONE_RENAMED, Tag.PASSWORD_REFUSED, Tag.ACCOUNT_CREATED]
    assert shown(anna, "?user=bob&what=passwords") == []
    assert shown(anna, "?user=bob&what=sign_ins") == [Tag.PASSWORD_REFUSED]
    assert shown(anna, "?what=phone:phone:paired") == []
    assert shown(anna, "?what=browser:phone:renamed") == [Tag.PHONE_RENAMED]
    assert set(shown(anna, "?what=users")) == {Tag.ACCOUNT_CREATED}
    assert shown(anna, "?q=203.0.113.77") == [Tag.PASSWORD_REFUSED]
    assert shown(anna, "?q=zo%C3%AB") == [Tag.PHONE_RENAMED]
    assert shown(anna, "?q=100%25") == []
    assert shown(anna, "?user=nobody") == []
    day = log_page._moment(house.clock.now()).date().isoformat()
    assert shown(anna, f"?from={day}")[-1] == Tag.PHONE_RENAMED
    assert Tag.PHONE_RENAMED not in shown(anna, "?to=2000-01-01")
    assert shown(anna, f"?to={day}") == house.log()[::-1]


@pytest.mark.parametrize(
    "query", ["?what=luck&from=yesterday&to=0001-01-01&before=x", "?before=%ff", "?q=%00", "?from=9999-13-01"]
)
def test_nonsense_is_as_if_it_were_not_there(house: House, anna: RobotBrowser, query: str) -> None:
    assert shown(anna, query) == house.log()[::-1]


@pytest.mark.parametrize("query", ["", "what=phones", "q=phone", "what=phones&q=phone"])
def test_pages_lead_from_the_newest_to_the_oldest(house: House, anna: RobotBrowser, query: str) -> None:
    # Given two pages and a half
    fills(house, 2 * log_reading.PAGE + 10)
    # When somebody turns them
    seen, turned, address = [], 0, f"?{query}"
    while True:
        page = anna.get(f"/system/log{address}").text
        seen += re.findall(r'data-row="(\d+)" data-tag="browser:phone:renamed"', page)
        older = re.search(r'rel="next" href="/system/log([^"]+)"', page)
        if older is None:
            break
        address, turned = older[1].replace("&amp;", "&"), turned + 1
    # Then each row was there once
    assert turned == 2
    assert len(seen) == len(set(seen)) == 2 * log_reading.PAGE + 10
    assert seen == sorted(seen, key=int, reverse=True)


@pytest.mark.parametrize("query", ["q=needle", "what=browser:session:left", "what=sign_ins&q=needle"])
def test_a_long_search_stops_and_goes_on(
    house: House, anna: RobotBrowser, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(log_reading, "WINDOW", 5)
    monkeypatch.setattr(log_reading, "MOST_WINDOWS", 2)
    fills(house, 1, Tag.SIGNED_OUT, actor="needle")
    fills(house, 25)

    page = anna.get(f"/system/log?{query}").text
    turned, seen = 0, 0
    while 'id="searched"' in page:
        [older] = re.findall(r'rel="next" href="([^"]+)"', page)
        page, turned = anna.get(older.replace("&amp;", "&")).text, turned + 1
        seen += page.count("data-row")

    assert turned >= 2
    assert seen == 1


def test_the_file_holds_what_the_page_finds(house: House, anna: RobotBrowser) -> None:
    fills(house, 3, actor='=cmd|"x"')

    answer = anna.get("/system/log.csv?what=phones")

    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    assert [row["tag"] for row in rows] == [Tag.PHONE_RENAMED] * 3
    assert {row["actor"] for row in rows} == {'\'=cmd|"x"'}
    last = house.rows("log")[-1]
    assert (last["tag"], last["actor"]) == (Tag.LOG_EXPORTED, "anna")
    assert anna.get("/system/log.csv?user=nobody").status_code == 404


def test_whether_it_holds_is_said(house: House, anna: RobotBrowser) -> None:
    assert "It was not verified yet." in anna.get("/system/log").text
    assert anna.post("/system/log/verify").location == "/system/log"
    assert 'data-holds="yes"' in anna.get("/system/log").text
    # When somebody changes a row
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE log SET user_id = 9 WHERE id = 3")  # type: ignore[attr-defined]
    anna.post("/system/log/verify")
    # Then
    page = anna.get("/system/log").text
    assert 'data-holds="no"' in page
    assert "Row 3 of writer" in page


def test_a_long_log_is_verified_beside_the_request(
    house: House, anna: RobotBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    begun: list[object] = []
    monkeypatch.setattr(log_page, "AT_ONCE", 1)
    monkeypatch.setattr(log_page.runtime, "spawn", lambda fn, *args: begun.append((fn, args)))
    anna.get("/system/log")
    # When
    assert anna.post("/system/log/verify").status_code == 303
    # Then nothing was verified in it
    assert len(begun) == 1
    assert Tag.LOG_VERIFIED not in house.log()


def test_the_evidence_of_a_confirmation(house: House, anna: RobotBrowser) -> None:
    # Given
    house.policy(Mode.ALWAYS)
    phone = house.phone("bob")
    bob = RobotBrowser(house.app, "203.0.113.9")
    bob.signs_in("bob")
    row = house.rows("confirmations")[-1]
    signed = phone.decision(str(row["request"]), number=row["number"])
    house.app.test_client().post(f"/mobile/api/v1/confirmations/{row['id']}/decision", data=signed)
    # When
    [link] = set(re.findall(r'href="(/system/log/evidence/[^"]+)"', anna.get("/system/log").text))
    page = anna.get(link)
    # Then
    assert page.status_code == 200
    assert 'data-holds="yes"' in page.text
    for text in (str(row["request"]), signed, "203.0.113.9", "bob"):
        assert text in page.text
    for key in (house.parts.server_key.public, json.loads(str(house.rows("phones")[0]["public_key"]))):
        assert key["x"] in page.text
    assert house.log()[-1] == Tag.EVIDENCE_SHOWN
    assert anna.get("/system/log/evidence/nothing").status_code == 404


def test_evidence_that_was_tampered_with_is_said_to_be(house: House, anna: RobotBrowser) -> None:
    house.policy(Mode.ALWAYS)
    RobotBrowser(house.app).signs_in("bob")
    row = house.rows("confirmations")[-1]
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE confirmations SET request = substr(request, 1, length(request) - 4) || 'AAAA'"
        )

    assert 'data-holds="no"' in anna.get(f"/system/log/evidence/{row['id']}").text


def test_a_row_that_was_spoiled_or_is_of_a_newer_version_is_shown_all_the_same(
    house: House, anna: RobotBrowser
) -> None:
    with house.parts.store.write() as work:
        run = work._connection.exec_driver_sql  # type: ignore[attr-defined]
        run("UPDATE log SET details = 'no json' WHERE id = 2")
        run("UPDATE log SET tag = 'server:future:thing' WHERE id = 3")

    assert "server:future:thing" in shown(anna)
    assert "no json" in anna.get("/system/log").text
