"""Why an expression came out as it did, operand by operand."""


def _texts(part):
    return [part["text"], *(text for child in part["children"] for text in _texts(child))]


def _part(explanation, text):
    parts = [explanation]
    while parts:
        part = parts.pop()
        if part["text"] == text:
            return part
        parts += part["children"]
    raise AssertionError(text)


def test_a_comparison_shows_its_operands(compiled, context):
    told = compiled("event.score / event.total * 100 >= 85").expression.explain(context())
    assert told == {
        "text": "event.score / event.total * 100 >= 85",
        "value": False,
        "error": None,
        "skipped": False,
        "children": [
            {
                "text": "event.score / event.total * 100",
                "value": 57,
                "error": None,
                "skipped": False,
                "children": [
                    {"text": "event.score", "value": 57, "error": None, "skipped": False, "children": []},
                    {"text": "event.total", "value": 100, "error": None, "skipped": False, "children": []},
                ],
            }
        ],
    }


def test_what_was_not_evaluated_is_shown_as_skipped(compiled, context):
    expression = compiled("event.score > 90 and event.passed and size(event.tags) > 1").expression
    told = expression.explain(context())
    assert [(child["text"], child["value"], child["skipped"]) for child in told["children"]] == [
        ("event.score > 90", False, False),
        ("event.passed", None, True),
        ("size(event.tags) > 1", None, True),
    ]
    assert _part(told, "size(event.tags)")["skipped"] is True
    assert _texts(told) == _texts(expression.explain(context(score=95)))


def test_an_or_ends_with_the_first_that_holds(compiled, context):
    told = compiled("event.passed or event.score > 90").expression.explain(context())
    assert [child["skipped"] for child in told["children"]] == [False, True]


def test_an_error_is_shown_where_it_arose(compiled, context):
    told = compiled("event.passed and event.score / event.total > 0.5 and event.passed").expression.explain(
        context(total=0)
    )
    assert told["value"] is None
    assert told["error"] == "event.score / event.total has no result: it divides by 0"
    assert [child["error"] for child in told["children"]] == [None, told["error"], None]
    assert [child["skipped"] for child in told["children"]] == [False, False, True]
    assert _part(told, "event.total")["value"] == 0


def test_only_the_branch_that_is_taken_is_evaluated(compiled, context):
    told = compiled("event.score if event.passed else event.total").expression.explain(context())
    assert [(child["text"], child["value"], child["skipped"]) for child in told["children"]] == [
        ("event.passed", True, False),
        ("event.score", 57, False),
        ("event.total", None, True),
    ]


def test_functions_show_their_operands_and_fields_that_are_asked_for_do_not_fail(compiled, context):
    told = compiled("has(event.bonus) or default(event.bonus, event.total) > round(event.score)").expression.explain(
        context()
    )
    assert _part(told, "has(event.bonus)") == {
        "text": "has(event.bonus)",
        "value": False,
        "error": None,
        "skipped": False,
        "children": [],
    }
    assert _part(told, "default(event.bonus, event.total)")["value"] == 100
    assert _part(told, "event.total")["value"] == 100
    assert _part(told, "event.score")["value"] == 57


def test_values_are_shown_as_answers_show_them(compiled, context):
    told = compiled("event.at > event.day and 0.1 + 0.2 < event.score").expression.explain(context())
    assert _part(told, "event.at")["value"] == "2026-03-01T10:00:00Z"
    assert _part(told, "event.day")["value"] == "2026-02-28T23:00:00Z"
    assert _part(told, "0.1 + 0.2")["value"] == 0.3
    assert compiled("event.points").expression.explain(context())["value"] == [3, 1.5, 2]


def test_a_fragment_is_one_line_in_the_words_of_the_rule(compiled, context):
    told = compiled("(event.score\n   > 3)\n and event['passed']").expression.explain(context())
    assert told["text"] == "(event.score > 3) and event['passed']"
    assert [child["text"] for child in told["children"]] == ["event.score > 3", "event['passed']"]
