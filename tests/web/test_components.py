"""/dev/components: every component and state on one page, where the development switch is on, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from astrow2fa.config import Config, ConfigError
from astrow2fa.web.dev import FACES, OUTCOMES
from tests.support.browser import RobotBrowser
from tests.support.house import House, environment

PATH = "/dev/components"


def test_there_is_no_such_address_without_the_switch(house: House) -> None:
    assert RobotBrowser(house.app).get(PATH).status_code == 404


def test_with_it_everything_is_on_one_page(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_DEVELOPMENT="yes")

    page = RobotBrowser(house.app).get(PATH)

    assert page.status_code == 200
    assert set(re.findall(r'data-face-of="([^"]+)"', page.text)) == set(FACES)
    assert set(re.findall(r'data-outcome="([^"]+)"', page.text)) == set(OUTCOMES)
    for part in (
        "button-primary",
        "notice-danger",
        "tag-warn",
        "field-error",
        'class="meter',
        "pictures",
        "shares",
    ):
        assert part in page.text, part


def test_a_server_for_others_does_not_take_the_switch(tmp_path: Path) -> None:
    given = environment(
        tmp_path, ASTROW2FA_DEVELOPMENT="yes", ASTROW2FA_PUBLIC_URL="https://login.example.org"
    )

    with pytest.raises(ConfigError, match="ASTROW2FA_DEVELOPMENT: .*localhost"):
        Config.load(given)


@pytest.mark.parametrize("text", ["1", "true", "maybe"])
def test_the_switch_is_yes_or_no(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="ASTROW2FA_DEVELOPMENT: .*yes or no"):
        Config.load(environment(tmp_path, ASTROW2FA_DEVELOPMENT=text))
