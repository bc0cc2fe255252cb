"""`python -m tests.support.sender MODE` wakes iPhones as a server on that loop does, and says what became of it.

On standard input: the account, what it trusts, and the device tokens, as JSON. On standard output: the verdicts by
token, the order in which they came, and how often something else had its turn meanwhile.
"""

from __future__ import annotations

import json
import sys

from astrow2fa import runtime

if __name__ == "__main__":
    runtime.patch(sys.argv[1])

import ssl
import time

from astrow2fa.adapters.push.apns import Apns
from astrow2fa.config.vendors import Apple
from astrow2fa.core.push import Kind, Service, Subscription, WakeUp
from tests.support.vendors import here


def main() -> None:
    said = json.load(sys.stdin)
    trust = ssl.create_default_context(cadata=said["trust"])
    apns = Apns(Apple(**said["account"]), trust=trust, resolve=here)
    verdicts: dict[str, str] = {}

    def wake(token: str) -> None:
        now = time.time()
        subscription = Subscription(token, 1, Service.APNS, token, "", "", "", int(now))
        outcome = apns.send(subscription, WakeUp(Kind.CONFIRMATION, "id", int(now) + 60), now)
        verdicts[token] = outcome.verdict.value if outcome.status else outcome.why

    for token in said["tokens"]:
        runtime.spawn(wake, token)
    turns = 0
    until = time.monotonic() + said["patience"]
    while len(verdicts) < said["enough"] and time.monotonic() < until:
        runtime.sleep(0.005)
        turns += 1
    print(json.dumps({"verdicts": verdicts, "turns": turns}), flush=True)


if __name__ == "__main__":
    main()
