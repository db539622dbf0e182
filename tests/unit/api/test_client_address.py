"""Only trusted proxies say who the client is, and only an address is one."""

from ipaddress import ip_network

import pytest
from fastapi import Request

from backend.api.client_address import ClientAddress, client_address, is_https, is_local, parse_address
from backend.settings import Settings


def request(peer: str, *trusted: str, **headers: str) -> Request:
    """A request as it stands after the middleware. Names of headers with ``_`` for ``-``."""
    given = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {
        "type": "http",
        "client": (peer, 1234),
        "scheme": "http",
        "headers": given,
        "path": "/",
        "query_string": b"",
        "server": ("here", 80),
    }
    ClientAddress([ip_network(item) for item in trusted]).resolve(scope)
    return Request(scope)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "203.0.113.9"])
def test_forwarded_headers_are_ignored_without_trusted_proxies(peer: str) -> None:
    found = request(peer, x_forwarded_for="9.9.9.9", x_forwarded_proto="https")
    assert (client_address(found), found.url.scheme) == (peer, "http")


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),  # the first is what the client wrote
        ("203.0.113.7, 10.0.0.2, 10.0.0.1", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("<script>alert(1)</script>", "10.0.0.9"),
        ("203.0.113.7, unknown", "10.0.0.9"),
        ("fe80::1%<b>", "10.0.0.9"),
        ("", "10.0.0.9"),
        (", ,", "10.0.0.9"),
        ("10.0.0.3", "10.0.0.3"),
    ],
)
def test_client_is_the_last_address_that_no_trusted_proxy_has(hops: str, client: str) -> None:
    assert client_address(request("10.0.0.9", "10.0.0.0/8", x_forwarded_for=hops)) == client


@pytest.mark.parametrize(
    "text", ["", "unknown", "1.2.3", "1.2.3.4.5", "_hidden", "a:b:c", "999.1.1.1", "[::1", "٣.1.1.1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert parse_address(text) is None


def test_peer_that_has_no_address_is_nobody() -> None:
    assert client_address(request("a unix socket")) == ""


@pytest.mark.parametrize(
    ("said", "scheme"), [("https", "https"), ("HTTPS", "https"), ("https, http", "http"), ("x", "http")]
)
def test_scheme_is_what_the_nearest_trusted_proxy_says(said: str, scheme: str) -> None:
    found = request("10.0.0.9", "10.0.0.9", x_forwarded_proto=said)
    assert (found.url.scheme, is_https(found, Settings(_env_file=None))) == (scheme, scheme == "https")


def test_public_address_says_https_too() -> None:
    settings = Settings(_env_file=None, web={"public_url": "https://biblios.example.com"})
    assert is_https(request("127.0.0.1"), settings)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_local(peer: str) -> None:
    assert is_local(request(peer))


@pytest.mark.parametrize("header", ["x_forwarded_for", "x_forwarded_proto", "forwarded", "x_real_ip", "via"])
def test_forwarded_request_is_not_local(header: str) -> None:
    assert not is_local(request("127.0.0.1", **{header: "127.0.0.1"}))
    assert not is_local(request("127.0.0.1", "127.0.0.0/8", **{header: "127.0.0.1"}))


def test_trusted_proxy_itself_is_not_local() -> None:
    assert not is_local(request("127.0.0.1", "127.0.0.1"))


def test_proxies_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for written in ("10.0.0.0/8, ::1", '["10.0.0.0/8", "::1"]', "10.0.0.0/8,::1"):
        monkeypatch.setenv("BIBLIOS_WEB_TRUSTED_PROXIES", written)
        assert [str(item) for item in Settings(_env_file=None).web.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert Settings(_env_file=None, web={"trusted_proxies": ["127.0.0.1"]}).web.trusted_proxies


def test_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(_env_file=None, web={"trusted_proxies": "proxy.example.com"})
