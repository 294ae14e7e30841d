"""A server without keys is its own machine's alone."""

from __future__ import annotations

import pytest

from api.keyless import is_loopback


def reaches(api, host: str = "localhost", address: str = "127.0.0.1", **headers: str) -> bool:
    sent = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    status = api("GET", "/v1/audit", None, headers=sent, environ_base={"REMOTE_ADDR": address}).status_code
    assert status in (200, 401)
    return status == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8080"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.9.1", "::ffff:127.0.0.1"])
def test_a_call_from_this_machine_is_staffs(api, host: str, address: str) -> None:
    assert reaches(api, host, address)


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_a_call_from_another_machine_is_nobodys(api, address: str) -> None:
    assert not reaches(api, address=address)


@pytest.mark.parametrize("address", ["", "unix:", "localhost", "0x7f000001", "127.1"])
def test_what_is_no_address_is_no_loopback(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2", "0.0.0.0", "[::]"]
)
def test_a_page_whose_name_was_bent_to_this_address_is_nobody(api, host: str) -> None:
    assert not reaches(api, host)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "https://localhost", ""])
def test_a_page_of_another_origin_is_nobody(api, origin: str) -> None:
    assert not reaches(api, Origin=origin)


def test_a_page_of_this_very_server_is_staffs(api) -> None:
    assert reaches(api, "localhost:8080", Origin="http://localhost:8080")


@pytest.mark.parametrize(
    "header", ["Forwarded", "X_Forwarded_For", "X_Forwarded_Proto", "X_Forwarded_Anything", "X_Real_IP", "Via"]
)
def test_a_call_through_a_proxy_is_nobodys(api, header: str) -> None:
    assert not reaches(api, **{header: "127.0.0.1"})


def test_it_ends_with_the_first_key_and_without_a_restart(api) -> None:
    assert reaches(api)
    api.service.create_key("first", ["read"])
    assert not reaches(api)


def test_a_bad_credential_is_refused_also_on_this_machine(api) -> None:
    assert not reaches(api, Authorization="Bearer bk_wrong")


def test_the_audit_names_such_a_caller(api) -> None:
    api("PUT", "/v1/users/ada/badges/mvp", None)
    assert any("loopback" in str(entry) for entry in api.get("/v1/audit", None)["entries"])
