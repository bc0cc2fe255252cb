"""What an administrator has laid down: the settings, and the licences under which they hold."""

from __future__ import annotations

from typing import Protocol

from astrow2fa.core.licence import Licence
from astrow2fa.core.settings import Settings


class SettingsShelf(Protocol):
    """The fields of tab Security."""

    def get(self) -> Settings: ...

    def save(self, settings: Settings) -> bool:
        """Saves when the stored version is `settings.version` - 1; False otherwise."""
        ...


class Licences(Protocol):
    """Installed licences."""

    def all(self) -> list[Licence]: ...

    def add(self, licence: Licence, jws: str, now: int) -> bool:
        """False when it was installed before."""
        ...
