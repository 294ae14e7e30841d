"""Where the characters of a value stand in the file, for every style of scalar."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents import parse

LETTERS = st.sampled_from("ab'\"\\é日🎯 \n#:-")


def node_of(text: str):
    root, problems = parse("x.yaml", text)
    assert not problems
    return root.value["k"]


def marked(text: str, word: str) -> str:
    """What stands in the file where the value's ``word`` is placed."""
    node = node_of(text)
    start = node.value.index(word)
    span = node.place(start, start + len(word))
    return text.replace("\r\n", "\n").split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    "text",
    [
        "k: one word two",
        "é: x\nk: 日本 🎯 word",
        "k: one\n  two\n\n  three word four # not this word",
        "k: 'it''s a word'",
        "k: 'one\n  ''two''\n\n   word'",
        'k: "\\u00e9\\x41 \\" word"',
        'k: "one \\\n  two\n\n  word"',
        'k: "one\\\n\n  word"',
        "k: |\n  one\n    two word\n",
        "k: |2\n    one\n  two word\n",
        "k: |+ # a word\n\n  one\n\n  word\n\n",
        "k: >\n  one\n  two\n\n  word\n",
        "k: >-\n    one\n      more\n    word\n",
        "k: >1-\n   more\n  word",
        "k: [a, b]\r\n".replace("[a, b]", '"a word"'),
        "j: 1\r\nk: |\r\n  one\r\n  word\r\n",
        "k: &here word",
        "k: &here\n  one word",
    ],
)
def test_a_word_is_found_where_it_stands(text: str) -> None:
    assert marked(text, "word") == "word"


def test_an_escape_is_placed_as_a_whole() -> None:
    assert marked('k: "a\\u00e9b"', "é") == "\\u00e9"
    assert marked("k: 'a''b'", "'") == "''"


def test_the_end_of_a_value_is_behind_its_last_character() -> None:
    node = node_of("k: |\n  one\n  two\n")
    end = len(node.value)
    assert (node.place(end, end).line, node.place(end, end).column) == (3, 6)
    assert node_of("k: 'ab'").place(2, 2).column == 7


def test_a_place_over_several_lines_ends_with_the_first() -> None:
    span = node_of("k: |\n  one\n  two\n").place(0, 7)
    assert (span.line, span.column, span.end_column) == (2, 3, 6)


@settings(max_examples=300, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=60), st.sampled_from(["'", '"', "|", ">", None]), st.integers(8, 40))
def test_every_character_stands_where_its_place_says(value: str, style: str | None, width: int) -> None:
    text = yaml.dump({"k": value}, default_style=style, width=width, allow_unicode=True)
    root, problems = parse("x.yaml", text)
    assert root is not None and not problems
    node = root.value["k"]
    lines = text.split("\n")
    for offset, character in enumerate(node.value):
        span = node.place(offset, offset + 1)
        if not character.isspace():
            assert lines[span.line - 1][span.column - 1] in (character, "\\")
