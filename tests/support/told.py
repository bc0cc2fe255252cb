"""What the browsers that wait in a house have been told, as its book of steps has it."""

from __future__ import annotations

from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.delivery import Step
from astrow2fa.core.policy import Mode
from astrow2fa.web.context import EXTENSION
from tests.services.acting import Desk
from tests.support.house import House


def waits(house: House, desk: Desk, name: str = "anna") -> Confirmation:
    """A sign-in whose browser has its socket open."""
    house.policy(Mode.ALWAYS)
    hub, asked = house.app.extensions[EXTENSION].hub, desk.waits(name)
    hub.wait("sid", asked, house.clock.now(), hub.moves)
    return asked


def told(house: House, confirmation_id: str) -> list[str]:
    """The states, oldest first."""
    house.parts.trace.flush()
    with house.parts.store.read() as work:
        return [mark.how for mark in work.marks.of(confirmation_id) if mark.step is Step.TOLD]
