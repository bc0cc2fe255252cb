"""Wake-ups for native iOS apps, told over HTTP/2 to a stand-in for Apple, and what is made of its answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from astrow2fa.adapters.push import network
from astrow2fa.adapters.push.apns import Apns
from astrow2fa.core.push import Kind, Service, Subscription, WakeUp
from astrow2fa.ports.push import Outcome, Verdict
from tests.support.authority import Authority
from tests.support.push import Phone
from tests.support.vendors import AppleStandIn, here

NOW = 1_790_000_000.0
TOKEN = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4
ID = "ufBa1zb7eRYDIGO6cy5eow"
ASKED = WakeUp(Kind.CONFIRMATION, ID, int(NOW) + 100)


@pytest.fixture
def apple(authority: Authority) -> Iterator[AppleStandIn]:
    stand_in = AppleStandIn(authority)
    yield stand_in
    stand_in.close()


@pytest.fixture
def apns(authority: Authority, apple: AppleStandIn) -> Iterator[Apns]:
    made = Apns(apple.account, trust=authority.trust, resolve=here)
    yield made
    made.close()


def subscription(token: str = TOKEN, keys: dict[str, str] | None = None) -> Subscription:
    keys = keys or {"p256dh": "", "auth": ""}
    return Subscription("device", 1, Service.APNS, token, keys["p256dh"], keys["auth"], "", int(NOW))


def test_the_notification_is_for_this_phone_and_this_app_urgent_and_dies_with_the_question(
    apns: Apns, apple: AppleStandIn
) -> None:
    outcome = apns.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status) == (Verdict.ACCEPTED, 200)
    got = apple.next()
    assert (got.headers[":method"], got.path) == ("POST", f"/3/device/{TOKEN}")
    assert got.headers["apns-topic"] == "com.example.mobile"
    assert got.headers["apns-push-type"] == "alert"
    assert got.headers["apns-priority"] == "10"
    assert got.headers["apns-expiration"] == str(ASKED.until)
    assert 0 < len(got.headers["apns-collapse-id"].encode()) <= 64
    assert apple.protocols == ["h2"]


def test_it_says_nothing_and_leaves_it_to_the_app_to_say_what_it_has_fetched(
    apns: Apns, apple: AppleStandIn
) -> None:
    apns.send(subscription(), ASKED, NOW)

    assert apple.next().json == {
        "aps": {
            "alert": {"title-loc-key": "ASTROW2FA_TITLE", "loc-key": "ASTROW2FA_TEXT"},
            "sound": "default",
            "mutable-content": 1,
            "interruption-level": "time-sensitive",
        },
        "v": "1",
    }


@pytest.mark.parametrize("kind", Kind)
def test_apple_reads_neither_the_kind_nor_the_confirmation(
    apns: Apns, apple: AppleStandIn, kind: Kind
) -> None:
    phone = Phone("")
    apns.send(subscription(keys=phone.subscription["keys"]), WakeUp(kind, ID, ASKED.until), NOW)

    got = apple.next()

    seen = str(got.headers).encode() + got.body
    assert kind.value.encode() not in seen
    assert ID.encode() not in seen
    assert phone.unseals(got.json["wake"]) == {"v": 1, "kind": kind.value, "id": ID}
    assert len(got.body) < 4096


def test_the_key_signs_for_the_team_and_the_token_is_refreshed_in_time(
    apns: Apns, apple: AppleStandIn
) -> None:
    # When wake-ups go out for an hour and a half
    for later in range(0, 5400, 300):
        apns.send(subscription(), ASKED, NOW + later)
    # Then no token was older than an hour, and none came within twenty minutes of the last
    said = [apple.vouched(got) for got in apple.all]
    assert {claims["iss"] for claims in said} == {"TEAM123456"}
    made = [int(claims["iat"]) for claims in said]
    assert all(NOW + 300 * number - at < 3600 for number, at in enumerate(made))
    assert sorted(set(made)) == [NOW, NOW + 2700]


def test_a_clock_that_was_set_back_makes_a_new_token(apns: Apns, apple: AppleStandIn) -> None:
    for now in (NOW, NOW - 7200):
        apns.send(subscription(), ASKED, now)

    assert [apple.vouched(got)["iat"] for got in apple.all] == [NOW, NOW - 7200]


def test_a_token_that_apple_calls_too_old_is_replaced_but_not_all_the_time(
    apns: Apns, apple: AppleStandIn
) -> None:
    apple.answers.are(403, {"reason": "ExpiredProviderToken"})

    outcomes = [apns.send(subscription(), ASKED, NOW + later) for later in (0, 60, 1300, 1360)]

    assert {outcome.verdict for outcome in outcomes} == {Verdict.LATER}
    assert [apple.vouched(got)["iat"] - NOW for got in apple.all] == [0, 0, 0, 1360]


@pytest.mark.parametrize(
    ("status", "reason", "verdict"),
    [
        (410, "Unregistered", Verdict.GONE),
        (410, "ExpiredToken", Verdict.GONE),
        (410, "", Verdict.GONE),
        (400, "BadDeviceToken", Verdict.GONE),
        (400, "DeviceTokenNotForTopic", Verdict.REFUSED),
        (400, "BadTopic", Verdict.REFUSED),
        (403, "InvalidProviderToken", Verdict.REFUSED),
        (404, "BadPath", Verdict.REFUSED),
        (413, "PayloadTooLarge", Verdict.REFUSED),
        (429, "TooManyRequests", Verdict.LATER),
        (429, "TooManyProviderTokenUpdates", Verdict.LATER),
        (500, "InternalServerError", Verdict.LATER),
        (503, "ServiceUnavailable", Verdict.LATER),
        (500, "", Verdict.LATER),
    ],
)
def test_what_is_made_of_an_answer(
    apns: Apns, apple: AppleStandIn, status: int, reason: str, verdict: Verdict
) -> None:
    apple.answers.are(status, {"reason": reason} if reason else None)

    outcome = apns.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.status) == (verdict, status)
    assert reason in outcome.why


def test_a_phone_that_came_back_since_apple_lost_it_keeps_its_place(apns: Apns, apple: AppleStandIn) -> None:
    for learnt, verdict in ((NOW - 1, Verdict.REFUSED), (NOW + 1, Verdict.GONE)):
        apple.answers.are(410, {"reason": "Unregistered", "timestamp": int(learnt * 1000)})
        assert apns.send(subscription(), ASKED, NOW).verdict is verdict


def test_what_is_no_json_is_an_answer_all_the_same(
    apns: Apns, apple: AppleStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in ([1], "x", {"reason": 7}):
        monkeypatch.setattr(apple, "_answer", lambda _, body=body: (400, body, {}))
        assert apns.send(subscription(), ASKED, NOW) == Outcome(Verdict.REFUSED, 400, "refused")


def test_one_that_is_never_answered_holds_up_no_other_and_ends(
    apns: Apns, apple: AppleStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a phone about which Apple never says a word
    monkeypatch.setattr(network, "CONNECT_SECONDS", 2.0)
    monkeypatch.setattr(network, "ANSWER_SECONDS", 3.0)
    apple.silent_for.add(OTHER)
    with ThreadPoolExecutor() as beside:
        stuck = beside.submit(apns.send, subscription(OTHER), ASKED, NOW)
        assert apple.next().path.endswith(OTHER)
        # When others are woken meanwhile, again and again
        outcomes = []
        while not stuck.done():
            outcomes.append(apns.send(subscription(), ASKED, NOW).verdict)
            time.sleep(0.02)
        # Then they are, and the first one is given up
        assert set(outcomes) == {Verdict.ACCEPTED}
        assert (stuck.result().verdict, stuck.result().maybe) == (Verdict.LATER, True)
    assert len(outcomes) > 5
    assert apple.connections == 2


def test_many_at_once(apns: Apns, apple: AppleStandIn) -> None:
    with ThreadPoolExecutor(16) as beside:
        outcomes = list(beside.map(lambda _: apns.send(subscription(), ASKED, NOW), range(200)))

    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert apple.connections <= 16


def test_a_connection_that_apple_ended_is_replaced(apns: Apns, apple: AppleStandIn) -> None:
    apns.send(subscription(), ASKED, NOW)
    apple.hangs_up()

    assert apns.send(subscription(), ASKED, NOW).verdict is Verdict.ACCEPTED
    assert apple.connections == 2


def test_apple_that_is_not_there(authority: Authority, apple: AppleStandIn, apns: Apns) -> None:
    apple.close()

    outcome = apns.send(subscription(), ASKED, NOW)

    assert (outcome.verdict, outcome.maybe) == (Verdict.LATER, False)
    assert outcome.why.startswith("not reached")
