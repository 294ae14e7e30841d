"""What the pages say, by language: ``locales/<language>/<area>.json``; what a language lacks is said in English."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from engine.model import Number

FOLDER = Path(__file__).parent / "locales"
ENGLISH = "en"
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Texts:
    """The texts of one language; calling it says one of them."""

    locale: str
    said: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its placeholders filled in. With ``n``, the form for one or for many."""
        one = values.get("n") == 1 and f"{key}.one" in self.said
        return self.said[f"{key}.one" if one else key].format(**values)

    def day(self, instant: int) -> str:
        """The day of an instant, by UTC."""
        at = _EPOCH + timedelta(microseconds=instant)
        month = self.said["shell.months"].split()[at.month - 1]
        return self.said["shell.day"].format(day=at.day, month=month, number=at.month, year=at.year)

    def number(self, value: Number) -> str:
        """A number as it is written in the language, with two decimals at most."""
        text = f"{round(value, 2):,}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"
        point, comma = self.said["shell.point"], self.said["shell.comma"]
        return text.translate({ord(","): comma, ord("."): point})


def best(wanted: Sequence[str]) -> Texts:
    """The texts in the first language that there are any in (``de-AT`` also finds ``de``), else in English."""
    for tag in wanted:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in languages():
            return texts_in(language)
    return texts_in(ENGLISH)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that the pages speak."""
    return tuple(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))


@lru_cache
def texts_in(language: str) -> Texts:
    """All texts in one of ``languages``."""
    return Texts(language, {**written_in(ENGLISH), **written_in(language)})


def written_in(language: str) -> Mapping[str, str]:
    """The texts of a language's own files; the name of its file leads a key."""
    return {
        f"{path.stem}.{key}": text
        for path in sorted((FOLDER / language).glob("*.json"))
        for key, text in json.loads(path.read_text(encoding="utf-8")).items()
    }
