"""Pairing: a code for a place among the user's phones, and the server's key to believe from then on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from astrow2fa.adapters.signatures import Es256
from astrow2fa.core.errors import Malformed
from astrow2fa.phone.calls import Clock, Http, Signer
from astrow2fa.phone.errors import BadLink, PhoneError, Untrusted
from astrow2fa.phone.identity import Identity
from astrow2fa.phone.link import origin, read_link
from astrow2fa.ports.outside import Jwk

_signatures = Es256()


def pair(
    link: str | None = None,
    *,
    url: str = "",
    code: str = "",
    username: str = "",
    password: str = "",
    name: str = "Terminal phone",
    clock: Clock | None = None,
) -> Identity:
    """With a pairing link alone; or with an address, a typed code, a name and a password.

    An invitation link takes name and password too. With a link, a server whose key is not the one that the link
    names is Untrusted: what was paired is unpaired again. Raises BadLink, Refused, Unreachable, Untrusted.
    """
    pinned = ""
    credentials = {"username": username, "password": password} if username or password else {}
    if link is not None:
        read = read_link(link)
        url, code, pinned = read.url, read.code, read.key
        if read.kind == "pair":
            credentials = {}
        elif not credentials:
            raise BadLink("An invitation also needs the user's name and password.")
        else:
            code = str(_call(url, "/invitations", {"code": code, **credentials}).get("code"))
    identity = _paired(origin(url), code, name, credentials)
    if pinned and _signatures.thumbprint(identity.server_keys[0]) != pinned:
        with suppress(PhoneError):
            _undo(identity, clock or Clock())
        raise Untrusted(
            "The server's key is not the one of the link. Nothing was paired; ask for a new link."
        )
    return identity


def server_key(jwk: object) -> Jwk:
    """A key that the server sent, reduced to its public members. Raises Untrusted."""
    try:
        return _signatures.public_jwk(jwk)
    except Malformed as error:
        raise Untrusted("The server sent a key that is none.") from error


def _paired(url: str, code: str, name: str, credentials: Mapping[str, str]) -> Identity:
    key = _signatures.new_key()
    about = {"name": name, "platform": "simulator", "storage": "persisted"}
    answer = _call(url, "/pair", {"code": code, "public_key": dict(key.public), **about, **credentials})
    user, device_id = answer.get("user"), answer.get("device_id")
    if not isinstance(user, Mapping) or not isinstance(device_id, str):
        raise Untrusted("The server's answer to the pairing is not complete.")
    return Identity(
        url=url,
        device_id=device_id,
        name=name,
        username=str(user.get("username")),
        display_name=str(user.get("display_name") or user.get("username")),
        key=key,
        server_keys=(server_key(answer.get("server_key")),),
        push_key=str(answer.get("push_key") or ""),
    )


def _call(url: str, path: str, body: Mapping[str, object]) -> dict[str, object]:
    return Http(url).call("POST", path, body)


def _undo(identity: Identity, clock: Clock) -> None:
    signer = Signer(identity.url, identity.device_id, identity.key, clock)
    clock.retried(lambda: Http(identity.url).call("DELETE", "/device", signer=signer))
