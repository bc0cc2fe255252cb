"""The server of a page that polls: Flask on eventlet, looking a word up. No session, no database, no check.

python -m tests.load.polled PORT
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import sys

import flask
from eventlet import wsgi

app = flask.Flask(__name__)
states: dict[str, str] = {}


def state(browser: str) -> dict[str, str]:
    """What the page asks for."""
    return {"state": states.get(browser, "pending")}


def approve(browser: str) -> dict[str, bool]:
    """What the phone says."""
    states[browser] = "approved"
    return {"ok": True}


app.add_url_rule("/state/<browser>", view_func=state)
app.add_url_rule("/approve/<browser>", view_func=approve, methods=["POST"])


if __name__ == "__main__":
    listener = eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=4096)
    wsgi.server(listener, app, log_output=False, max_size=100_000)
