"""People acting through the services, without HTTP: a browser at a desk, a phone's answer, and what did not change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from astrow2fa.core.confirmation import Act, Confirmation, State
from astrow2fa.ports.outside import Client
from astrow2fa.services.admission import Admission
from astrow2fa.services.answer import answer
from astrow2fa.services.collect import Already, Collected, Nothing, NotYet, cancel, collect
from astrow2fa.services.login import Admitted, Credentials, Refused, Waiting, begin
from astrow2fa.services.sessions import Held, held
from astrow2fa.services.tokens import token_hash
from astrow2fa.store.tables import metadata
from tests.support.house import CHROME, PASSWORD, House
from tests.support.phone import RobotPhone

PHONE_ADDRESS = "192.0.2.50"
E = TypeVar("E", bound=Exception)


class Desk:
    """One browser profile, as the services see it: it keeps its two cookies, and follows where they are renewed."""

    def __init__(self, house: House, client: Client = CHROME) -> None:
        self.house = house
        self.client = client
        self.session: str | None = None
        self.cookie: str | None = None

    def types(self, name: str, password: str = PASSWORD, target: str = "/") -> Refused | Admitted | Waiting:
        """The password step."""
        given = Credentials(name, password, self.session, self.cookie, target)
        result = begin(self.house.parts, given, self.client)
        if isinstance(result, Waiting):
            self.session = result.session_token
        elif isinstance(result, Admitted):
            self._keep(result.admission)
        return result

    def waits(self, name: str, target: str = "/") -> Confirmation:
        """The password step, which has to ask."""
        result = self.types(name, target=target)
        assert isinstance(result, Waiting)
        return confirmation_of(self.house, result.confirmation_id)

    def collects(self) -> Collected | NotYet | Already | Nothing:
        assert self.session is not None
        result = collect(self.house.parts, self.session, self.cookie, self.client)
        if isinstance(result, Collected):
            self._keep(result.admission)
        return result

    def cancels(self) -> str | None:
        assert self.session is not None
        return cancel(self.house.parts, self.session)

    def comes_in(self, name: str, phone: RobotPhone) -> Confirmation:
        """A confirmed sign-in, start to end; afterwards the browser is known."""
        asked = self.waits(name)
        approves(self.house, phone, asked)
        assert isinstance(self.collects(), Collected)
        return confirmation_of(self.house, asked.id)

    def held(self) -> Held | None:
        return held(self.house.parts, self.session) if self.session is not None else None

    @property
    def signed_in(self) -> bool:
        found = self.held()
        return found is not None and found.signed_in

    def _keep(self, admission: Admission) -> None:
        self.session = admission.session_token
        self.cookie = admission.browser_token or self.cookie


def confirmation_of(house: House, confirmation_id: str) -> Confirmation:
    """As it stands in the database now."""
    with house.parts.store.read() as work:
        found = work.confirmations.get(confirmation_id)
    assert found is not None
    return found


def again(house: House, asked: Confirmation) -> Confirmation:
    """The same one, as it stands in the database now."""
    return confirmation_of(house, asked.id)


def approves(house: House, phone: RobotPhone, asked: Confirmation, **more: object) -> State:
    """OK, with the number as the browser shows it now."""
    now = again(house, asked)
    claims: dict[str, object] = {"number": now.number, **more}
    jws = phone.decision(now, **claims)  # type: ignore[arg-type]
    return answer(house.parts, jws, PHONE_ADDRESS, act=Act.APPROVE, confirmation_id=asked.id)


def denies(house: House, phone: RobotPhone, asked: Confirmation, **more: object) -> State:
    """Cancel, over the version that the phone holds."""
    jws = phone.decision(asked, "deny", **more)  # type: ignore[arg-type]
    return answer(house.parts, jws, PHONE_ADDRESS, act=Act.DENY, confirmation_id=asked.id)


def wrong_number(house: House, asked: Confirmation) -> str:
    """Six digits that are not the ones on the screen."""
    shown = again(house, asked).number
    return "000000" if shown != "000000" else "000001"


def everything(house: House, but: tuple[str, ...] = ()) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables."""
    return {name: house.rows(name) for name in metadata.tables if name not in but}


@contextmanager
def nothing_changes(house: House, *, but: tuple[str, ...] = ()) -> Iterator[None]:
    """Not a row is different afterwards, the log included (but for the tables named)."""
    before = everything(house, but)
    yield
    assert everything(house, but) == before


@contextmanager
def refused(
    house: House, refusal: type[E], *, but: tuple[str, ...] = ()
) -> Iterator[pytest.ExceptionInfo[E]]:
    """It is refused with exactly this error, and nothing changes (but for the tables named)."""
    with nothing_changes(house, but=but), pytest.raises(refusal) as caught:
        yield caught
    assert caught.type is refusal


def last(house: House) -> dict[str, object]:
    """The newest row of the log."""
    return house.rows("log")[-1]


def session_row(house: House, token: str | None) -> dict[str, object]:
    """The row behind a session token."""
    assert token is not None
    [row] = [row for row in house.rows("sessions") if row["token_hash"] == token_hash(token)]
    return row
