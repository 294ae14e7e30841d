"""Results of scenarios as JUnit's XML, which continuous integration shows.

Source: the schema of Jenkins' xUnit plugin (junit-10.xsd).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .nouns import Fault, ScenarioResult

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold. Source: XML 1.0, section 2.2."""


def as_junit(results: Sequence[ScenarioResult], seconds: Sequence[float], folder: str) -> str:
    """One test suite, a case for each scenario. ``seconds`` are how long each took; ``folder`` is the rule set's."""
    suite = Element("testsuite", {"name": "badges test", "time": _seconds(sum(seconds)), **_counts(results)})
    for result, took in zip(results, seconds, strict=True):
        _case(suite, result, took, folder)
    suites = Element("testsuites", _counts(results))
    suites.append(suite)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _counts(results: Sequence[ScenarioResult]) -> dict[str, str]:
    errors = sum(_is_error(result) for result in results)
    failures = sum(not result.passed for result in results) - errors
    return {"tests": str(len(results)), "failures": str(failures), "errors": str(errors)}


def _is_error(result: ScenarioResult) -> bool:
    """Whether the scenario itself is wrong."""
    return any(fault.is_error for fault in result.faults)


def _case(suite: Element, result: ScenarioResult, took: float, folder: str) -> None:
    scenario = result.scenario
    group, _, name = scenario.id.rpartition("/")
    file = f"{folder}/{scenario.file}" if folder else scenario.file
    case = SubElement(suite, "testcase", name=_plain(name), classname=_plain(group or "scenarios"), time=_seconds(took))
    case.set("file", _plain(file))
    if result.passed:
        return
    tag = "error" if _is_error(result) else "failure"
    told = SubElement(case, tag, message=_plain(result.faults[0].message), type=tag)
    told.text = _plain("\n".join(line for fault in result.faults for line in _lines(result, fault)))


def _lines(result: ScenarioResult, fault: Fault) -> list[str]:
    return [f"{result.place(fault)}: {fault.message}", *(f"  {reason}" for reason in fault.reasons)]


def _seconds(value: float) -> str:
    return f"{value:.4f}"


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
