"""The mark of socket tests that come once for each way of waiting.

A module says `pytestmark = EVERY_LOOP`; its folder's `live` is then one server for each of them, shared by the module.
All other socket tests run on the default one, and with `pytest tests/sockets --loop gevent` on another.
"""

from __future__ import annotations

import pytest

LOOPS = ["eventlet", "gevent", "threading"]
EVERY_LOOP = pytest.mark.parametrize("loop", LOOPS, scope="module")
