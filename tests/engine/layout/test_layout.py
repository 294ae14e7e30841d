"""How rule files are laid out, case by case."""

from __future__ import annotations

import pytest

from engine.layout import lay_out


def laid_out(text: str) -> str:
    result, problems = lay_out("x.yaml", text)
    assert result is not None and not problems
    assert lay_out("x.yaml", result) == (result, [])
    return result


@pytest.mark.parametrize(
    ("written", "laid"),
    [
        ("name :   Foo\n", "name: Foo\n"),
        ("a: {x : 1,y: [ 2,3 ]}\n", "a: {x: 1, y: [2, 3]}\n"),
        ("a: { }\nb: [  ]\n", "a: {}\nb: []\n"),
        ("a: {x: , y: }\n", "a: {x: , y: }\n"),
        ('a: {"x":1}\n', 'a: {"x": 1}\n'),
        ("a:\tb\n", "a: b\n"),
        ("a: [&x 1,  *x]\n", "a: [&x 1, *x]\n"),
        ("? a\n: b\n", "? a\n: b\n"),
        ("a:  b   \n", "a: b\n"),
        ("---\na: 1\n...\n", "---\na: 1\n...\n"),
        ("%YAML 1.2\n---\na: 1\n", "%YAML 1.2\n---\na: 1\n"),
        ("{a : 1}\n", "{a: 1}\n"),
    ],
)
def test_one_blank_where_things_meet_and_none_inside_of_brackets(written: str, laid: str) -> None:
    assert laid_out(written) == laid


@pytest.mark.parametrize(
    ("written", "laid"),
    [
        ("a:\n    b:\n        c: 1\n", "a:\n  b:\n    c: 1\n"),
        ("a:\n b:\n  c: 1\nd: 2\n", "a:\n  b:\n    c: 1\nd: 2\n"),
        ("a:\n- 1\n- 2\nb: 3\n", "a:\n  - 1\n  - 2\nb: 3\n"),
        ("a:\n    -   b: 1\n        c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
        ("a:\n- b:\n  - 1\n  c: 2\n", "a:\n  - b:\n      - 1\n    c: 2\n"),
        ("a:\n-   - 1\n    -   2\n", "a:\n  - - 1\n    - 2\n"),
        ("a:\n -\n     b: 1\n", "a:\n  -\n    b: 1\n"),
        ("a:\n     b\n", "a:\n  b\n"),
        ("a: [\n1,\n2\n]\n", "a: [\n    1,\n    2\n  ]\n"),
        ("a:\n  [1,\n   2]\n", "a:\n  [1,\n    2]\n"),
        ("- a\n", "- a\n"),
    ],
)
def test_two_blanks_for_each_level(written: str, laid: str) -> None:
    assert laid_out(written) == laid


@pytest.mark.parametrize(
    ("written", "laid"),
    [
        ("a: b\n      c\n", "a: b\n  c\n"),
        ("a: b   \n\n  c\n", "a: b\n\n  c\n"),
        ("a: 'b\n        c'\n", "a: 'b\n  c'\n"),
        ('a: "b \\\n     c"\n', 'a: "b \\\n  c"\n'),
        ('a: "b\\ \n     c"\n', 'a: "b\\ \n  c"\n'),
        ("a: |\n      b\n        c\n\n      d\n", "a: |\n  b\n    c\n\n  d\n"),
        ("a:\n    b: >-\n          c\n", "a:\n  b: >-\n    c\n"),
        ("a: |2\n    b\n", "a: |2\n    b\n"),
        ("a:\n- |1\n  b\n", "a:\n  - |1\n    b\n"),
        ("a: |+\n    b\n\n\nc: 1\n", "a: |+\n  b\n\n\nc: 1\n"),
        ("a: |\n    b\n\n\nc: 1\n", "a: |\n  b\n\nc: 1\n"),
        ("a: |\n   b  \n", "a: |\n  b  \n"),
        ("a: |\n\nb: 1\n", "a: |\n\nb: 1\n"),
    ],
)
def test_what_goes_on_over_lines_moves_as_a_whole(written: str, laid: str) -> None:
    assert laid_out(written) == laid


@pytest.mark.parametrize(
    ("written", "laid"),
    [
        ("\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
        ("a: 1", "a: 1\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
        ("\ufeffa: 1\n", "a: 1\n"),
        ("", ""),
        ("\n \n", ""),
        ("# only this", "# only this\n"),
    ],
)
def test_at_most_one_empty_line_and_a_break_at_the_end(written: str, laid: str) -> None:
    assert laid_out(written) == laid


@pytest.mark.parametrize(
    ("written", "laid"),
    [
        ("a: 1 # c\n", "a: 1  # c\n"),
        ("a: 1        # c\nbb: 2       # d\n", "a: 1        # c\nbb: 2       # d\n"),
        ("a:     1   # c\n", "a: 1       # c\n"),
        ("a: | # c\n  b\n", "a: |  # c\n  b\n"),
        ("a:\n- 1\n# of b\nb: 2\n", "a:\n  - 1\n# of b\nb: 2\n"),
        ("a:\n    - 1\n    # still a\nb: 2\n", "a:\n  - 1\n  # still a\nb: 2\n"),
        ("a:\n# of the first\n- 1\n", "a:\n  # of the first\n  - 1\n"),
        ("a:\n       # nothing yet\nb: 2\n", "a:\n  # nothing yet\nb: 2\n"),
        ("a: 1\n   # lost\nb: 2\n", "a: 1\n# lost\nb: 2\n"),
        ("a: [1,   # one\n  # two\n 2]\n", "a: [1,   # one\n    # two\n    2]\n"),
        ("a: 1\n#no blank\n", "a: 1\n#no blank\n"),
        ("a:\n    b: 1\n  # at the end", "a:\n  b: 1\n# at the end\n"),
    ],
)
def test_comments_stay_and_keep_to_what_they_are_about(written: str, laid: str) -> None:
    assert laid_out(written) == laid


def test_a_block_scalar_that_ends_with_the_file_does_not_gain_a_break() -> None:
    assert laid_out("a: |\n   b") == "a: |-\n  b\n"
    assert laid_out("a: |+\n   b") == "a: |-\n  b\n"
    assert laid_out("a: |\n   b\n") == "a: |\n  b\n"


def test_a_file_that_is_no_yaml_is_refused_with_its_problem() -> None:
    text, (problem,) = lay_out("badges/x.yaml", "a: 1\n\tb: 2\n")
    assert text is None
    assert (problem.code, problem.file, problem.span.line) == ("yaml-syntax", "badges/x.yaml", 2)


def test_faults_of_another_kind_do_not_matter() -> None:
    assert laid_out("a:  1\na:  0x1F\n") == "a: 1\na: 0x1F\n"


def test_what_breaks_lines_in_older_yaml_only_stays_in_its_text() -> None:
    assert laid_out("a:  b\u2028c\x85d\ue028\n") == "a: b\u2028c\x85d\ue028\n"
