"""Wake-ups for native Android apps, told to a stand-in for Google: tokens, messages, and what is made of answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from astrow2fa.adapters.push import network
from astrow2fa.adapters.push.fcm import Fcm
from astrow2fa.core.push import Kind, Service, Subscription, WakeUp
from astrow2fa.ports.push import Verdict
from tests.support.authority import Authority
from tests.support.push import Phone
from tests.support.vendors import SEND_HOST, TOKEN_HOST, GoogleStandIn, here

NOW = 1_790_000_000.0
TOKEN = "cGhvbmUtdG9rZW4:APA91bExample-token_of-a-phone"
ID = "ufBa1zb7eRYDIGO6cy5eow"
ASKED = WakeUp(Kind.CONFIRMATION, ID, int(NOW) + 100)


@pytest.fixture
def google(authority: Authority) -> Iterator[GoogleStandIn]:
    stand_in = GoogleStandIn(authority)
    yield stand_in
    stand_in.close()


@pytest.fixture
def fcm(authority: Authority, google: GoogleStandIn) -> Iterator[Fcm]:
    made = Fcm(
        google.account,
        send_host=f"{SEND_HOST}:{google.port}=private",
        token_host=f"{TOKEN_HOST}:{google.port}=private",
        trust=authority.trust,
        resolve=here,
    )
    yield made
    made.close()


def subscription(keys: dict[str, str] | None = None, device_id: str = "device") -> Subscription:
    keys = keys or {"p256dh": "", "auth": ""}
    return Subscription(device_id, 1, Service.FCM, TOKEN, keys["p256dh"], keys["auth"], "", int(NOW))


def test_the_message_is_for_this_phone_urgent_and_dies_with_the_question(
    fcm: Fcm, google: GoogleStandIn
) -> None:
    outcome = fcm.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status) == (Verdict.ACCEPTED, 200)
    got = google.next()
    assert got.path == "/v1/projects/astrow-demo/messages:send"
    assert got.headers["content-type"] == "application/json"
    message = got.json["message"]
    assert message["token"] == TOKEN
    assert (message["android"]["priority"], message["android"]["ttl"]) == ("HIGH", "100s")
    assert "notification" not in message


def test_the_service_account_signs_for_an_access_token(fcm: Fcm, google: GoogleStandIn) -> None:
    fcm.send(subscription(), ASKED, NOW)

    assert google.assertions == [
        {
            "iss": google.account.client_email,
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "aud": f"https://{TOKEN_HOST}:{google.port}/token",
            "iat": int(NOW),
            "exp": int(NOW) + 3600,
        }
    ]


def test_one_access_token_serves_until_shortly_before_its_end(fcm: Fcm, google: GoogleStandIn) -> None:
    for later in (0, 1, 3299):
        fcm.send(subscription(), ASKED, NOW + later)
    assert len(google.assertions) == 1

    fcm.send(subscription(), ASKED, NOW + 3300)

    assert len(google.assertions) == 2
    assert [got.headers["authorization"] for got in google.all] == ["Bearer ya29.token-1"] * 3 + [
        "Bearer ya29.token-2"
    ]


def test_while_a_new_token_is_not_to_be_had_the_old_one_goes_on_to_its_end(
    fcm: Fcm, google: GoogleStandIn
) -> None:
    # Given a token near its end, and a token service in trouble
    fcm.send(subscription(), ASKED, NOW)
    google.tokens.are(503)
    # When
    near, over = (fcm.send(subscription(), ASKED, NOW + later) for later in (3400, 3600))
    # Then
    assert near.verdict is Verdict.ACCEPTED
    assert (over.verdict, over.status, over.why) == (Verdict.LATER, 503, "no access token: refused")
    assert len(google.all) == 2


def test_an_account_that_google_does_not_know_is_said(fcm: Fcm, google: GoogleStandIn) -> None:
    google.tokens.are(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})

    outcome = fcm.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status) == (Verdict.REFUSED, 400)
    assert outcome.why == "no access token: invalid_grant"
    assert google.all == []


@pytest.mark.parametrize("answer", [{}, {"access_token": "x"}, {"access_token": "a\nb", "expires_in": 9}])
def test_an_answer_without_a_token_is_none(
    fcm: Fcm, google: GoogleStandIn, answer: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google, "grant", lambda _: (200, answer, {}))

    outcome = fcm.send(subscription(), ASKED, NOW)

    assert outcome.verdict is Verdict.REFUSED
    assert google.all == []


def test_a_token_that_is_not_taken_any_more_is_replaced(fcm: Fcm, google: GoogleStandIn) -> None:
    fcm.send(subscription(), ASKED, NOW)
    google.valid = "another"

    first, second = (fcm.send(subscription(), ASKED, NOW + later) for later in (10, 11))

    assert (first.verdict, first.status) == (Verdict.LATER, 401)
    assert second.verdict is Verdict.ACCEPTED


def error(status: int, name: str, code: str = "") -> dict[str, object]:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}]
    return {"error": {"code": status, "status": name, "details": details if code else []}}


@pytest.mark.parametrize(
    ("status", "body", "verdict", "why"),
    [
        (404, error(404, "NOT_FOUND", "UNREGISTERED"), Verdict.GONE, "UNREGISTERED"),
        (404, error(404, "NOT_FOUND"), Verdict.REFUSED, "NOT_FOUND"),
        (404, {}, Verdict.REFUSED, "refused"),
        (400, error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), Verdict.REFUSED, "INVALID_ARGUMENT"),
        (403, error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), Verdict.REFUSED, "SENDER_ID_MISMATCH"),
        (413, {}, Verdict.REFUSED, "refused"),
        (429, error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), Verdict.LATER, "QUOTA_EXCEEDED"),
        (500, error(500, "INTERNAL", "INTERNAL"), Verdict.LATER, "INTERNAL"),
        (503, error(503, "UNAVAILABLE", "UNAVAILABLE"), Verdict.LATER, "UNAVAILABLE"),
        (307, {}, Verdict.REFUSED, "a redirect"),
    ],
)
def test_what_is_made_of_an_answer(
    fcm: Fcm, google: GoogleStandIn, status: int, body: dict[str, object], verdict: Verdict, why: str
) -> None:
    google.answers.are(status, body, Retry_After="40")

    outcome = fcm.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status) == (verdict, status)
    assert outcome.why == (why if body or verdict is not Verdict.GONE else "refused")
    assert outcome.retry_after == (40 if verdict is Verdict.LATER else None)


def test_a_message_that_is_never_answered_may_have_arrived(
    fcm: Fcm, google: GoogleStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcm.send(subscription(), ASKED, NOW)
    monkeypatch.setattr(network, "ANSWER_SECONDS", 1.0)
    google.answers.silent = True

    outcome = fcm.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status, outcome.maybe) == (Verdict.LATER, 0, True)


def test_without_a_word_about_a_token_nothing_has_been_sent(
    fcm: Fcm, google: GoogleStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "ANSWER_SECONDS", 1.0)
    google.tokens.silent = True

    outcome = fcm.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status, outcome.maybe) == (Verdict.LATER, 0, False)
    assert [got.path for got in google.all] == ["/token"]


@pytest.mark.parametrize("kind", Kind)
def test_google_reads_neither_the_kind_nor_the_confirmation(
    fcm: Fcm, google: GoogleStandIn, kind: Kind
) -> None:
    phone = Phone("")
    wake_up = WakeUp(kind, ID, ASKED.until)
    fcm.send(subscription(phone.subscription["keys"]), wake_up, NOW)

    got = google.next()

    data = got.json["message"]["data"]
    assert set(data) == {"v", "wake"}
    assert kind.value.encode() not in got.body
    assert ID.encode() not in got.body
    assert phone.unseals(data["wake"]) == {"v": 1, "kind": kind.value, "id": ID}


def test_a_phone_without_keys_is_told_only_that_there_is_something(fcm: Fcm, google: GoogleStandIn) -> None:
    fcm.send(subscription(), ASKED, NOW)

    assert google.next().json["message"]["data"] == {"v": "1"}


def test_two_phones_of_a_user_cannot_be_told_to_be_woken_for_the_same(
    fcm: Fcm, google: GoogleStandIn
) -> None:
    for device_id in ("one", "two", "one"):
        fcm.send(subscription(device_id=device_id), ASKED, NOW)

    one, two, again = (got.json["message"]["android"]["collapse_key"] for got in google.all)

    assert one == again != two
