"""B, the yardstick: Flask-SocketIO on eventlet with library defaults, handing `approve` on to a room, nothing else.

    python -m tests.load.relay PORT CONNECTIONS

It sets no limit but the number of connections: eventlet's default of 1,024 would keep it from taking part.
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import sys

import flask
import flask_socketio

app = flask.Flask(__name__)
app.config["SECRET_KEY"] = "a bench has no secrets"
hub = flask_socketio.SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")


def wait(auth: dict[str, str]) -> None:
    """A browser waits in its room."""
    flask_socketio.join_room(auth["browser"])


def listen(_auth: object = None) -> None:
    """A phone is there."""


def approve(data: dict[str, str]) -> None:
    """The relay."""
    hub.emit("state", {"state": "approved"}, to=data["browser"], namespace="/login")


hub.on_event("connect", wait, namespace="/login")
hub.on_event("connect", listen, namespace="/mobile")
hub.on_event("approve", approve, namespace="/mobile")


if __name__ == "__main__":
    hub.run(app, host="127.0.0.1", port=int(sys.argv[1]), max_size=int(sys.argv[2]))
