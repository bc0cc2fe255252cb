"""What carriers to native apps have in common: one host of the vendor's, and an endpoint that is the app's token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from astrow2fa.core.errors import Malformed


class Vendor:
    """Half of ports.push.Carrier; `send` and `close` are each vendor's own."""

    NAME: ClassVar[str]
    TOKEN: ClassVar[re.Pattern[str]]
    _host: str

    @property
    def allowed(self) -> Sequence[str]:
        return [f"{self._host} ({self.NAME})"]

    def check(self, endpoint: str) -> None:
        if not self.TOKEN.fullmatch(endpoint):
            raise Malformed("token")

    def host(self, endpoint: str) -> str:  # noqa: ARG002  there is one
        return self._host
