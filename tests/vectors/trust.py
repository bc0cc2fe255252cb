"""Keys, the links that carry their thumbprints, and the list that hands trust on to the next key."""

from __future__ import annotations

from tests.vectors.tokens import (
    ASKED,
    CONFIRMATION,
    KEY,
    KEYS,
    KID,
    OTHER_PHONE,
    PHONE,
    URL,
    Json,
    ident,
    token,
    without,
)


def keys() -> Json:
    names = {"phone": PHONE, "other_phone": OTHER_PHONE, "stranger": ident("stranger")}
    return {
        name: {
            "kid": names.get(name, KID[name]),
            "thumbprint": KID[name],
            "public": without(jwk, "d"),
            "private": jwk,
        }
        for name, jwk in KEY.items()
    }


def server_keys() -> list[Json]:
    """Answers of GET /server-keys to a phone that has pinned `server`."""
    public = [without(KEY[name], "d") | {"kid": KID[name]} for name in ("server", "next_server")]
    claims = {"iss": URL, "iat": ASKED, "keys": public}
    return [
        {
            "name": "rotation",
            "jws": token(KEYS, KID["server"], claims, "server"),
            "accept": True,
            "keys": public,
        },
        {
            "name": "by the new key alone",
            "jws": token(KEYS, KID["next_server"], claims, "next_server"),
            "accept": False,
        },
        {
            "name": "another type",
            "jws": token(CONFIRMATION, KID["server"], claims, "server"),
            "accept": False,
        },
    ]


def number_links() -> list[Json]:
    """What the QR code on a waiting screen says; `number` null: not one, or not this server's."""
    asked = ident("a confirmation")
    base = f"{URL}/mobile/"

    def case(link: str, number: str | None) -> Json:
        return {"link": link, "id": asked if number else None, "number": number}

    return [
        case(f"{base}#number={asked}.482913", "482913"),
        case(f"{base}#number={asked}.000042", "000042"),
        case(f"{base}#number={asked}.48291", None),
        case(f"{base}#number={asked}.4829131", None),
        case(f"{base}#number={asked}.48 913", None),
        case(f"{base}#number={asked}.\u0664\u0668\u0662\u0669\u0661\u0663", None),
        case(f"{base}#number={asked}", None),
        case(f"{base}#number=.482913", None),
        case(f"{base}#number={asked}.482913.", None),
        case(f"{base}#number={asked}.482913&number={asked}.482914", None),
        case(f"{base}?number={asked}.482913", None),
        case(f"https://login.example.org/mobile/#number={asked}.482913", None),
        case(f"http://login.example.com/mobile/#number={asked}.482913", None),
        case(f"{URL}/elsewhere/#number={asked}.482913", None),
        case("482913", None),
    ]


def links() -> list[Json]:
    code, key = ident("pairing code"), KID["server"]
    base = f"{URL}/mobile/"
    return [
        {"link": f"{base}#pair={code}&key={key}", "url": URL, "kind": "pair", "code": code, "key": key},
        {"link": f"{base}#invite={code}&key={key}", "url": URL, "kind": "invite", "code": code, "key": key},
        {"link": f"{base}#key={key}&pair={code}", "url": URL, "kind": "pair", "code": code, "key": key},
        {"link": f"{base}#pair={code}", "kind": None},
        {"link": f"{base}#key={key}", "kind": None},
        {"link": f"{base}?pair={code}&key={key}", "kind": None},
        {"link": f"http://login.example.com/mobile/#pair={code}&key={key}", "kind": None},
        {"link": f"{URL}/elsewhere/#pair={code}&key={key}", "kind": None},
    ]
