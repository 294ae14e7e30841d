"""The page that verifies credentials, in a browser."""

from __future__ import annotations

from typing import Any

from .conftest import ISSUER, Site


def test_a_pasted_credential_is_judged_and_the_page_has_no_fault(page: Any, site: Site, faults: Any) -> None:
    site.post("vera")
    token = site.call("GET", "/v1/users/vera/badges/first_quiz/credential")["jwt"]
    page.goto("/verify")
    assert faults(page) == []
    page.get_by_label("Credential, or its address").fill(token)
    page.get_by_label("Whose should it be?").fill("vera")
    page.get_by_role("button", name="Verify").press("Enter")
    assert page.get_by_role("status").filter(has_text="Valid.").is_visible()
    assert page.get_by_text("First quiz").is_visible() and page.get_by_text(ISSUER).is_visible()
    assert faults(page) == []


def test_a_badge_is_downloaded_from_its_page_and_verifies(new_page: Any, site: Site, faults: Any) -> None:
    site.post("wilma")
    page = new_page("wilma")
    page.goto("/wall/wilma/badges/first_quiz")
    assert faults(page) == []
    with page.expect_download() as waited:
        page.get_by_role("link", name="PNG").click()
    assert waited.value.suggested_filename == "first_quiz.png"
    page.get_by_role("link", name="Verify a badge").click()
    page.get_by_label("or an image").set_input_files(waited.value.path())
    page.get_by_role("button", name="Verify").click()
    assert page.get_by_text("Valid.").is_visible()


def test_an_uploaded_image_without_a_credential_says_so(page: Any, site: Site) -> None:
    page.goto("/verify")
    page.get_by_label("or an image").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"none"})
    page.get_by_role("button", name="Verify").click()
    assert page.get_by_text("There is no credential in this.").is_visible()
