"""Texts with placeholders, and the forms that numbers take."""

from __future__ import annotations

import pytest

from engine.wording import DEFAULTS, PLACES, filled, form_of, placeholders

FORMS = {
    "en": {"one": [1], "other": [0, 2, 11, 1.5]},
    "fr": {"one": [0, 1, 1.5], "other": [2, 21]},
    "ja": {"other": [0, 1, 2]},
    "ru": {"one": [1, 21, 101], "few": [2, 24, 103], "many": [0, 5, 11, 112], "other": [1.5]},
    "pl": {"one": [1], "few": [2, 23], "many": [0, 5, 12, 21], "other": [0.5]},
    "cs": {"one": [1], "few": [2, 4], "many": [1.5], "other": [0, 5, 21]},
    "ar": {"zero": [0], "one": [1], "two": [2], "few": [3, 110], "many": [11, 99], "other": [100, 102]},
    "lt": {"one": [1, 21], "few": [2, 29], "other": [0, 11, 20]},
    "lv": {"zero": [0, 10, 11], "one": [1, 21], "other": [2, 29]},
    "ro": {"one": [1], "few": [0, 2, 19, 101, 1.5], "other": [20, 100]},
    "sl": {"one": [1, 101], "two": [2], "few": [3, 4], "other": [0, 5]},
    "he": {"one": [1], "two": [2], "other": [3]},
    "sr": {"one": [21], "few": [22], "other": [5, 11]},
}


@pytest.mark.parametrize(
    ("language", "form", "number"),
    [(language, form, number) for language, forms in FORMS.items() for form in forms for number in forms[form]],
)
def test_a_number_takes_the_form_of_its_language(language: str, form: str, number: float) -> None:
    assert form_of(language, number) == form
    assert form_of(f"{language}-XX", number) == form


def test_a_text_is_filled_and_a_brace_is_written_twice() -> None:
    assert filled("{{{badge}}} { badge } {none}", {"badge": "A {x}"}) == "{A {x}} A {x}"


def test_placeholders_are_found_at_their_place_and_lone_braces_too() -> None:
    found = [(each.name, each.start, each.end) for each in placeholders("a {b} {{c}} } { d }{}")]
    assert found == [("b", 3, 4), (None, 12, 13), ("d", 15, 18), ("", 20, 20)]


def test_the_texts_that_hold_without_any_name_what_they_may() -> None:
    for kind, message in DEFAULTS.items():
        for text in (message.title["en"], message.text["en"]):
            assert isinstance(text, str)
            assert {each.name for each in placeholders(text)} <= set(PLACES[kind.rpartition(".")[2]])
