"""Where webhooks may go: the internet by https, and what the operator allows beyond."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from engine.webhooks import BadUrl, Policy, checked_url, host_of

PUBLIC = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")
OTHERS = """0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 168.63.129.16 169.254.169.254 172.16.0.1 192.0.0.192
192.88.99.1 192.168.1.1 198.18.0.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1 2002:7f00:1:: 2001:0:7f00:1:: fc00::1 fd00:ec2::254
fe80::1 fe80::1%eth0 ff02::1"""


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_may_be_called(address: str) -> None:
    assert Policy().allows(address)


@pytest.mark.parametrize("address", OTHERS.split())
def test_no_other_address_may_be_called_however_it_is_spelt(address: str) -> None:
    assert not Policy().allows(address)


def test_a_network_that_the_operator_names_may_be_called() -> None:
    policy = Policy((ip_network("10.1.0.0/16"), ip_network("::1/128")))
    assert policy.allows("10.1.2.3") and policy.allows("::1") and policy.allows("::ffff:10.1.2.3")
    assert not policy.allows("10.2.0.1") and not policy.allows("127.0.0.1")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/hook", "begin with https"),
        ("ftp://example.com/hook", "begin with https"),
        ("example.com/hook", "begin with https"),
        ("https:///hook", "be a URL"),
        ("https://[::1/hook", "be a URL"),
        ("https://example.com:99999/", "be a URL"),
        ("https://example.com:0/", "port 0"),
        ("https://ann:secret@example.com/", "name or a password"),
        ("https://example.com/#part", "fragment"),
        ("https://127.0.0.1/", "not public"),
        ("https://[::ffff:127.0.0.1]/", "not public"),
        ("https://exämple.com/", "ASCII"),
        ("https://example.com/a b", "ASCII"),
        ("https://example.com/\r\nHost: other", "ASCII"),
        ("https://example.com\\@127.0.0.1/", "ASCII"),
        ("https://example.com/" + "a" * 2000, "characters"),
    ],
)
def test_a_url_that_cannot_be_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(BadUrl, match=reason):
        checked_url(url, Policy())


def test_a_url_is_taken_as_it_is_written() -> None:
    for url in ("https://example.com", "https://example.com:8443/a?b=c%20d", "https://8.8.8.8/", "https://[2606::1]/"):
        assert checked_url(url, Policy()) == url
    assert checked_url("http://example.com/", Policy(http=True)) == "http://example.com/"
    assert host_of("https://[2606::1]/x") == ("2606::1", 443, True)
    assert host_of("http://example.com:81/x") == ("example.com", 81, False)
