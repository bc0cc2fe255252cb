"""Socket.IO packets and the arguments of events, in this process: an answer, or a packet that is dropped."""

from __future__ import annotations

import json

import pytest
import socketio
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.app import SOCKETS
from astrow2fa.web.packets import StrictPacket
from tests.fuzz.words import ENCODABLE, JSON, many
from tests.support.house import House

names = st.sampled_from(["approve", "deny", "connect", "disconnect", "*", "x", ""]) | ENCODABLE
packets = (
    ENCODABLE
    | st.builds(
        lambda kind, space, number, body: f"{kind}{space}{number}{body}",
        st.sampled_from(list("0123456789")),
        st.sampled_from(["", "/mobile,", "/login,", "/x,", "-", "1-", "99999999999-", "/"]),
        st.sampled_from(["", "7", "9" * 200, "²"]),
        JSON.map(json.dumps) | ENCODABLE,
    )
    | st.binary(max_size=40)
)


@many
@given(packets)
def test_any_packet_is_read_as_an_event_or_refused(packet: str | bytes) -> None:
    # ValueError is what python-socketio drops the packet and the socket for.
    try:
        read = StrictPacket(encoded_packet=packet)
    except ValueError:
        return
    assert read.attachment_count == 0


@pytest.mark.parametrize("namespace", ["/mobile", "/login"])
def test_any_event_with_any_arguments_is_answered(shared_house: House, namespace: str) -> None:
    server: socketio.Server = shared_house.app.extensions[SOCKETS]

    @many
    @given(names, st.lists(JSON, max_size=3))
    def run(event: str, arguments: list[object]) -> None:
        if event in ("connect", "disconnect"):
            return  # Those never get this far: packets.py.
        answer = server._trigger_event(event, namespace, "nobody", *arguments)
        if namespace == "/mobile":
            assert answer == {"ok": False, "code": "malformed"}

    run()


@many
@given(JSON)
def test_any_auth_at_the_connect_of_a_phone(shared_house: House, auth: object) -> None:
    server: socketio.Server = shared_house.app.extensions[SOCKETS]
    environ = {"REMOTE_ADDR": "192.0.2.1"}
    for given_ in (auth, {"assertion": auth}):
        with pytest.raises(socketio.exceptions.ConnectionRefusedError) as refused:
            server.handlers["/mobile"]["connect"]("nobody", environ, given_)
        assert refused.value.error_args["message"] in ("malformed", "bad_signature")


@many
@given(
    st.dictionaries(
        st.sampled_from(["HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "REMOTE_ADDR"]), ENCODABLE
    )
)
def test_any_environ_at_the_connect_of_a_browser(shared_house: House, environ: dict[str, str]) -> None:
    server: socketio.Server = shared_house.app.extensions[SOCKETS]
    with pytest.raises(socketio.exceptions.ConnectionRefusedError):
        server.handlers["/login"]["connect"]("nobody", environ, None)
