"""Operands of the wrong kind: one fault, at the operand, or at the operator that the left side cannot do."""

import pytest

from engine.expressions import Wants


@pytest.mark.parametrize(
    ("text", "at", "help"),
    [
        ("event.name > 'a'", ">", None),
        ("'a' < event.name", "<", None),
        ("event.name > 5", ">", None),
        ("event.passed > false", ">", None),
        ("event.tags > 1", ">", "write size(event.tags)"),
        ("event.tags == 1", "==", "write size(event.tags)"),
        ("event.tags == 'a'", "==", "write 'a' in event.tags"),
        ("event.tags == ['a']", "==", "write size(event.tags)"),
        ("catalog.providers > 1", ">", "write size(catalog.providers)"),
        ("event.name - 1 > 1", "-", None),
        ("event.name * 3 == 'a'", "*", None),
        ("event.name % 3 == 'a'", "%", None),
        ("event.passed + 1 > 1", "+", None),
        ("event.tags + 1 > 1", "+", "write size(event.tags)"),
        ("event.at - event.day > 1", "-", "write hours_between(a, b) or days_between(a, b)"),
        ("event.score + 'a' > 1", "'a'", None),
        ("event.score + '5' > 1", "'5'", "write 5 without quotes"),
        ("event.score * event.name > 1", "event.name", None),
        ("event.score + event.passed > 1", "event.passed", None),
        ("event.name + 1 == 'a'", "1", None),
        ("event.score - event.tags > 1", "event.tags", "write size(event.tags)"),
        ("1 + 2 + 'a' + 3 > 1", "'a'", None),
        ("event.score == '5'", "'5'", "write 5 without quotes"),
        ("event.score >= '90.5'", "'90.5'", "write 90.5 without quotes"),
        ("'5' == event.score", "event.score", None),
        ("event.score > event.name", "event.name", None),
        ("event.score > event.tags", "event.tags", "write size(event.tags)"),
        ("event.name == event.tags", "event.tags", "write event.name in event.tags"),
        ("event.name != event.tags", "event.tags", "write event.name not in event.tags"),
        ("event.passed == 1", "1", "compare with true or false, or leave the comparison out"),
        ("event.passed == 'true'", "'true'", "write true without quotes"),
        ("true == 1", "1", None),
        ("event.score == true", "true", None),
        ("event.at > '2026-01-01'", "'2026-01-01'", "write timestamp('2026-01-01')"),
        ("'2026-01-01' < event.at", "<", "write timestamp('2026-01-01')"),
        ("time == '2026-01-01'", "'2026-01-01'", "write timestamp('2026-01-01')"),
        ("time > 5", "5", None),
        ("1 < event.name < 5", "event.name", None),
        ("1 < event.score < 'a'", "'a'", None),
        ("event.score == null", "null", "write not has(event.score)"),
        ("event.bonus == null", "null", "write not has(event.bonus)"),
        ("event.bonus != null", "null", "write has(event.bonus)"),
        ("null == event.bonus", "null", "write not has(event.bonus)"),
        ("event.score > null", "null", None),
        ("event.score + null > 1", "null", None),
        ("null in event.tags", "null", None),
        ("event.kind in ['quiz', null]", "null", None),
        ("event.kind in ['quiz', 3]", "3", None),
        ("event.kind in [1, 2]", "[1, 2]", None),
        ("event.score in event.tags", "event.tags", None),
        ("event.score in catalog.providers", "catalog.providers", None),
        ("event.kind in 'quiz'", "'quiz'", "write contains('quiz', event.kind), or a list: ['quiz']"),
        ("event.kind in ('quiz')", "'quiz'", None),
        ("'Ada' in event.name", "event.name", "write contains(event.name, 'Ada')"),
        ("event.kind in event.score", "event.score", None),
        ("event.tags in event.tags", "event.tags", None),
        ("event.score and event.passed", "event.score", "compare it: event.score > 0"),
        ("event.passed and event.score", "event.score", "compare it: event.score > 0"),
        ("event.kind == 'quiz' or 'exam'", "'exam'", None),
        ("not event.name", "event.name", None),
        ("event.passed if event.score else false", "event.score", None),
        ("event.passed if event.passed else 1", "1", "both branches must be of one kind"),
        ("-event.name == 'a'", "event.name", None),
    ],
)
def test_a_wrong_operand_is_one_fault_at_its_place(fault, text, at, help):
    found = fault(text)
    assert found.code == "type-mismatch"
    assert text[found.start : found.end] == at
    if help is not None:
        assert found.help == help


def test_a_value_alone_behind_or_is_told_to_repeat_the_comparison(fault):
    assert fault("event.kind == 'quiz' or 'exam'").help == (
        "repeat the comparison: event.kind == 'exam', or use a list: event.kind in ['quiz', 'exam']"
    )


@pytest.mark.parametrize(
    ("text", "wants", "code"),
    [
        (" event.score ", Wants.CONDITION, "not-a-condition"),
        ("event.name", Wants.CONDITION, "not-a-condition"),
        ("(event.score + 1)", Wants.CONDITION, "not-a-condition"),
        ("null", Wants.CONDITION, "not-a-condition"),
        ("event.tags", Wants.CONDITION, "not-a-condition"),
        ("event.name", Wants.NUMBER, "type-mismatch"),
        ("event.passed", Wants.NUMBER, "type-mismatch"),
        ("event.tags", Wants.KEY, "type-mismatch"),
        ("event.at", Wants.KEY, "type-mismatch"),
        ("null", Wants.KEY, "type-mismatch"),
        ("catalog.providers", Wants.NUMBER, "type-mismatch"),
        ("catalog.providers", Wants.ANY, "type-mismatch"),
    ],
)
def test_a_result_of_the_wrong_kind_is_a_fault_of_the_whole_expression(faults, text, wants, code):
    assert faults(text, wants) == [(code, text.strip())]


def test_the_way_out_of_a_result_of_the_wrong_kind_is_named(fault):
    assert fault("event.score").help == "compare it: event.score > 0"
    assert fault("event.tags", Wants.NUMBER).help == "write size(event.tags)"
    assert fault("event.at", Wants.KEY).help == "take one of its fields: event.at.date"


@pytest.mark.parametrize(
    "text", ["event.name", "event.score", "event.passed", "event.kind if event.passed else event.name"]
)
def test_a_key_is_text_a_number_or_true_or_false(faults, text):
    assert faults(text, Wants.KEY) == []


def test_one_fault_causes_no_other(faults):
    assert faults("event.scroe / event.totl * 100 >= 85") == [("unknown-field", "scroe"), ("unknown-field", "totl")]
    assert faults("lower(event.scroe) + 1 > 'a' and abs('x') > 1") == [
        ("unknown-field", "scroe"),
        ("type-mismatch", "'x'"),
    ]
    assert faults("foo(event.scroe) and 1") == [
        ("unknown-function", "foo"),
        ("unknown-field", "scroe"),
        ("type-mismatch", "1"),
    ]


def test_no_sentence_speaks_python(compiled):
    texts = ["event.name > 'a'", "event.passed + 1 > 1", "event.score == null", "event.place == 1", "f'a'", "None == 1"]
    for text in texts:
        for fault in compiled(text, Wants.CONDITION).faults:
            words = set(f"{fault.message} {fault.help}".replace(":", " ").split())
            assert not words & {"str", "int", "float", "bool", "NoneType", "dict", "tuple", "AST", "Python", "object"}
