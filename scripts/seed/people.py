"""Who is in the made-up company, and their machines and phones, acting through the services alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from astrow2fa.core.accounts import ADMINISTRATOR
from astrow2fa.core.confirmation import Act, Confirmation
from astrow2fa.core.licence import Module
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client, SigningKey
from astrow2fa.services import accounts, answer, collect, keys, licences, login, pairing
from astrow2fa.services.accounts import OPERATOR, NewUser
from astrow2fa.services.pairing import NewPhone

PASSWORD = "Development-1 only"  # noqa: S105  (printed, and good for nothing else)
NAMES = (
    "Ada Admin", "Anna Ansen", "Ben Bakker", "Chloe Claes", "Dirk Dumont", "Elif Eren", "Finn Fossum",
    "Greta Graf", "Hugo Hansen", "Ines Ivens", "Jonas Jung", "Karin Kok", "Lars Lie", "Maria Maes",
    "Noor Naber", "Otto Olsen", "Petra Peters", "Quinten Quist",
)  # fmt: skip
WITHOUT_MOBILE = "quinten"
"""Who has no Mobile permission, and so no phone: somebody has to be locked out in the preview."""
PHONES = ("Pixel 9", "iPhone 16", "Galaxy S25", "Fairphone 6")
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    + "Version/26.0 Safari/605.1.15",
)
STRANGER = BROWSERS[1]


@dataclass(slots=True)
class Machine:
    """A browser, with the cookies that it keeps."""

    client: Client
    session: str | None = None
    cookie: str | None = None


@dataclass(slots=True)
class Person:
    """One of them. `key` and `device` are the phone's; None without a phone."""

    name: str
    machine: Machine
    key: SigningKey | None = None
    device: str = ""
    others: list[Machine] = field(default_factory=list)


def user_name(display: str) -> str:
    """The first of the names, in small letters."""
    return display.partition(" ")[0].lower()


def move_in(parts: Parts) -> list[Person]:
    """Licence and users, before any phone."""
    issuer = keys.ensure(parts.store, parts.signatures, keys.Purpose.DEMO_ISSUER)
    jws = licences.issue(
        parts,
        issuer,
        issuer="Astrow 2FA demo",
        customer="Development",
        modules=list(Module),
        seats=0,
        days=365,
    )
    licences.install(parts, jws)
    people = []
    for number, display in enumerate(NAMES):
        name = user_name(display)
        roles = (ADMINISTRATOR,) if number == 0 else ()
        mobile = () if name == WITHOUT_MOBILE else ("mss" if number == 0 else "ess",)
        accounts.create(parts, NewUser(name, PASSWORD, display, f"{name}@example.org", roles, mobile))
        people.append(Person(name, machine(parts, number)))
    return people


def machine(parts: Parts, number: int, agent: str = "") -> Machine:
    """A browser at an address of its own (RFC 5737)."""
    return Machine(
        parts.clients.describe(f"192.0.2.{10 + number}", agent or BROWSERS[number % len(BROWSERS)])
    )


def pairs(parts: Parts, person: Person, label: str) -> None:
    """A phone, by a code of the operator's."""
    user_id = accounts.named(parts, person.name).id
    issued = pairing.issue_code(parts, user_id, OPERATOR, actor=OPERATOR)
    key = parts.signatures.new_key()
    new = NewPhone(issued.link, key.public, label, "Development", "persisted", None, None)
    person.key, person.device = key, pairing.pair(parts, new, person.machine.client.address).device_id


def types(parts: Parts, person: Person, at: Machine, password: str = PASSWORD) -> Confirmation | None:
    """The password step; the confirmation, where one is asked."""
    given = login.Credentials(person.name, password, at.session, at.cookie, "/")
    result = login.begin(parts, given, at.client)
    if isinstance(result, login.Admitted):
        at.session, at.cookie = result.admission.session_token, result.admission.browser_token or at.cookie
    if not isinstance(result, login.Waiting):
        return None
    at.session = result.session_token
    with parts.store.read() as work:
        return work.confirmations.get(result.confirmation_id)


def answers(parts: Parts, person: Person, asked: Confirmation, act: Act) -> None:
    """OK with the number that the browser shows, or Cancel, signed by the phone, whose app is open for it."""
    if person.key is None:
        return
    with parts.store.write() as work:
        work.phones.seen(person.device, int(work.now))
        now = work.confirmations.get(asked.id) or asked
    claims: dict[str, object] = {
        "aud": parts.public_url,
        "iat": int(parts.clock.now()),
        "jti": now.id,
        "decision": act.value,
        "confirmation_sha256": now.request_sha256,
    }
    if act is Act.APPROVE and now.number is not None:
        claims["number"] = now.number
    signer = SigningKey(person.device, person.key.public, person.key.private)
    answer.answer(parts, parts.signatures.sign(answer.TYP, claims, signer), person.machine.client.address)


def collects(parts: Parts, at: Machine) -> None:
    """The waiting browser goes in."""
    if at.session is None:
        return
    result = collect.collect(parts, at.session, at.cookie, at.client)
    if isinstance(result, collect.Collected):
        at.session, at.cookie = result.admission.session_token, result.admission.browser_token or at.cookie
