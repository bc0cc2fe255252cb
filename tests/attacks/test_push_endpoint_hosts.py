"""A phone names a push service of its own choice: the server must not be made to call anywhere else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from astrow2fa.adapters.push.hosts import PushHosts, Unresolved, permitted
from astrow2fa.core.errors import Malformed, PushHost

LIST = ("push.example.net", ".push.example.com", "ntfy.inside.example=private", "127.0.0.1:8090=private")

NOT_ALLOWED = [
    "https://evil.example/x",
    "https://push.example.net.evil.example/x",
    "https://evilpush.example.net/x",
    "https://push.example.com/x",  # the suffix itself is no host under it
    "https://evilpush.example.com/x",
    "https://push.example.net:8443/x",
    "https://push.example.net:22/x",
    "http://push.example.net/x",
    "http://push.example.net:443/x",
    "http://ntfy.inside.example:443/x",
    "https://127.0.0.1/x",
    "https://127.0.0.1:5000/x",
    "http://127.0.0.1:8091/x",
    "https://localhost:8090/x",
    "https://2130706433:8090/x",
    "https://0x7f000001:8090/x",
    "https://169.254.169.254/latest/meta-data",
]
NO_ENDPOINT = [
    "https://push.example.net@evil.example/x",
    "https://push.example.net:pw@evil.example/x",
    "https://push.example.net\\@evil.example/x",
    "https://push.example.net#@evil.example/x",
    "https://push.example.net?@evil.example/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://push.example.net\t/x",
    "https://push.example.net/x\r\nHost: evil.example",
    " https://push.example.net/x",
    "https://push.example.net/x ",
    "https://push.example.net./x",
    "https://PUSH.example.net/x",
    "https://p\u00fcsh.example.net/x",
    "https://push%2eexample.net/x",
    "https:/push.example.net/x",
    "//push.example.net/x",
    "file:///etc/passwd",
    "gopher://push.example.net/x",
    "https://push.example.net",
    "https://push.example.net:0443/x",
    "",
]
INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "240.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a00:1::",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a00:1",
    "::7f00:1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo of 127.0.0.1
]
NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "224.0.0.1",
    "0.0.0.0",
    "::",
    "not an address",
]
OUTSIDE = [
    "93.184.216.34",
    "142.250.1.95",
    "2606:2800:220:1::1",
    "::ffff:93.184.216.34",
    "64:ff9b::5db8:d822",
]


@pytest.mark.parametrize("endpoint", NOT_ALLOWED)
def test_what_the_operator_did_not_allow_is_refused(endpoint: str) -> None:
    with pytest.raises(PushHost):
        PushHosts(LIST).read(endpoint)


@pytest.mark.parametrize("endpoint", NO_ENDPOINT)
def test_what_two_readers_might_read_differently_is_no_endpoint(endpoint: str) -> None:
    with pytest.raises(Malformed):
        PushHosts(LIST).read(endpoint)


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://push.example.net/a/b?c=d", "https://push.example.net"),
        ("https://push.example.net:443/a", "https://push.example.net"),
        ("https://web.push.example.com/a", "https://web.push.example.com"),
        ("https://a.b.push.example.com/a", "https://a.b.push.example.com"),
        ("https://ntfy.inside.example/up?x", "https://ntfy.inside.example"),
        ("http://127.0.0.1:8090/a", "http://127.0.0.1:8090"),
    ],
)
def test_what_is_allowed(endpoint: str, origin: str) -> None:
    assert PushHosts(LIST).read(endpoint).origin == origin


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_unless_the_operator_said_so(address: str) -> None:
    assert not permitted(address, private=False)


@pytest.mark.parametrize("address", NEVER)
def test_no_link_local_or_metadata_address_whatever_the_operator_said(address: str) -> None:
    assert not permitted(address, private=True)
    assert not permitted(address, private=False)


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_of_the_open_internet(address: str) -> None:
    assert permitted(address, private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "fc00::1", "::1"])
def test_an_address_inside_where_the_operator_said_so(address: str) -> None:
    assert permitted(address, private=True)


def test_a_name_that_leads_inside_and_outside_is_not_trusted_with_either() -> None:
    hosts = PushHosts(LIST, lambda *_: ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(Unresolved):
        hosts.addresses("push.example.net", 443)


def test_a_name_that_leads_nowhere() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise Unresolved("no address")

    with pytest.raises(Unresolved):
        PushHosts(LIST, nowhere).addresses("push.example.net", 443)
