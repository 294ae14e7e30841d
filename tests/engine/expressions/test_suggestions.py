"""The words of the language, each told, and none left out; what can follow a text."""

from __future__ import annotations

from engine.expressions import ROOTS, Scope, meaning, suggestions
from engine.expressions.functions import NAMES
from engine.expressions.lexicon import FUNCTION_WORDS, ROOT_WORDS, TIME_WORDS
from engine.expressions.types import FIELDS

NUMBER = {"type": "object", "required": ["a"], "properties": {"a": {"type": "number", "description": "One."}}}
TEXT = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"enum": ["x", "y"], "type": "string"}}}
SCOPE = Scope({"one": NUMBER, "other": TEXT}, {"plan": {"type": "string"}}, {"topics": ("maths",)})


def texts(before: str, scope: Scope = SCOPE) -> dict[str, str]:
    return {each.text: each.detail for each in suggestions(before, scope)}


def test_every_word_of_the_language_is_told() -> None:
    assert set(ROOT_WORDS) == set(ROOTS)
    assert set(FUNCTION_WORDS) == set(NAMES)
    assert set(TIME_WORDS) == set(FIELDS)


def test_fields_of_several_events_say_on_what_they_agree() -> None:
    assert texts("event.") == {"a": "of several types", "b": "text, optional"}
    assert texts("event.b == ") == {'"x"': "", '"y"': ""}


def test_a_threshold_reads_catalogs_alone() -> None:
    alone = Scope({}, {}, {"topics": ("maths",)})
    assert "event" not in texts("", alone) and "catalog" in texts("", alone)
    assert texts("size(catalog.", alone) == {"topics": "a catalog"}


def test_a_word_in_a_text_means_nothing() -> None:
    assert meaning('event.b == "', "and", SCOPE) is None
    assert meaning("event.", "a", SCOPE) is not None
    assert meaning("user.", "nothing", SCOPE) is None
