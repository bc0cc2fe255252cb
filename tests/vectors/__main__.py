"""Writes protocol.json, the test vectors of docs/protocol.md: python -m tests.vectors [--check]

Nothing is drawn: keys are checked in, ids are hashes of their names, times are fixed and signatures deterministic
(RFC 6979), so that the same source gives the same file, byte for byte. `--check` only compares, exit 1 if it differs.
"""

from __future__ import annotations

import json
import sys

from tests.vectors import FILE
from tests.vectors.calls import connects, proofs
from tests.vectors.confirmations import confirmations, refused_confirmations
from tests.vectors.decisions import decisions
from tests.vectors.tokens import ASKED, URL
from tests.vectors.trust import keys, links, number_links, server_keys


def everything() -> str:
    asked = confirmations()
    vectors = {
        "public_url": URL,
        "asked_at": ASKED,
        "keys": keys(),
        "links": links(),
        "number_links": number_links(),
        "confirmations": asked,
        "refused_confirmations": refused_confirmations(),
        "decisions": decisions(asked),
        "proofs": proofs(),
        "connects": connects(),
        "server_keys": server_keys(),
    }
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(FILE.read_text(encoding="utf-8") != everything())
    FILE.write_text(everything(), encoding="utf-8")
