"""Where each character of a scalar's value stands in the file, for every style of YAML scalar.

Source: YAML 1.2.2, chapters 7 and 8.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..problems import Span

Place = tuple[int, int]
_ESCAPED_LENGTHS = {"x": 2, "u": 4, "U": 8}
_BLANKS = " \t"


class Positions:
    """The 1-based line and column of each character of a value, and of its end."""

    def __init__(self, places: list[tuple[int, int, int]]) -> None:
        self.places = places
        """Line, column, and the column behind the character, by offset; the last entry is the end."""

    def span(self, start: int, end: int) -> Span:
        """Where the characters ``start`` to ``end`` stand; what goes on over lines ends with the first one."""
        last = len(self.places) - 1
        start = max(0, min(start, last))
        line, column, behind = self.places[start]
        for at in range(start, min(end, last)):
            if self.places[at][0] != line:
                break
            behind = max(behind, self.places[at][2])
        return Span(line, column, max(behind, column + 1))


def positions_of(value: str, raw: str, style: str, line: int, column: int) -> Positions:
    """The positions of a value that ``raw`` wrote, whose first character stands at 0-based line and column."""
    walk = _block(value, raw) if style in ("|", ">") else _flow(raw, style)
    starts = _line_starts(raw)
    places = []
    at = 0
    for begin, end in walk:
        while at + 1 < len(starts) and starts[at + 1] <= begin:
            at += 1
        base = starts[at] - (column if at == 0 else 0)
        places.append((line + at + 1, begin - base + 1, end - base + 1))
    return Positions(places or [(line + 1, column + 1, column + 1)])


def _line_starts(raw: str) -> list[int]:
    starts = [0]
    starts.extend(at + 1 for at, character in enumerate(raw) if character == "\n")
    return starts


def _flow(raw: str, style: str) -> Iterator[tuple[int, int]]:
    """Offsets into ``raw`` of each character of a plain or quoted scalar, then of its end."""
    at, stop = (1, len(raw) - 1) if style else (0, len(raw))
    while at < stop:
        if raw[at] in " \t\n":
            fold = list(_fold(raw, at, stop))
            at = fold.pop()[1]
            yield from fold
        elif style == '"' and raw[at] == "\\":
            length = _escape_length(raw, at)
            if raw[at + 1] != "\n":
                yield at, at + length
                at += length
            else:
                fold = list(_continued(raw, at + 2, stop))
                at = fold.pop()[1]
                yield from fold
        else:
            length = 2 if style == "'" and raw[at] == "'" else 1
            yield at, at + length
            at += length
    yield stop, stop


def _escape_length(raw: str, at: int) -> int:
    return 2 + _ESCAPED_LENGTHS.get(raw[at + 1], 0)


def _fold(raw: str, at: int, stop: int) -> Iterator[tuple[int, int]]:
    """White space: as it is within a line; one blank, or the empty lines, at a line's end. Last: where it goes on."""
    end = at
    while end < stop and raw[end] in _BLANKS:
        end += 1
    if end >= stop or raw[end] != "\n":
        yield from ((blank, blank + 1) for blank in range(at, end))
        yield end, end
        return
    breaks, end = _breaks(raw, end, stop)
    yield from ((position, position) for position in breaks[1:] or breaks)
    yield end, end


def _continued(raw: str, at: int, stop: int) -> Iterator[tuple[int, int]]:
    """What follows an escaped line break: nothing but the empty lines. Last: where it goes on."""
    breaks, end = _breaks(raw, at, stop)
    yield from ((position, position) for position in breaks)
    yield end, end


def _breaks(raw: str, at: int, stop: int) -> tuple[list[int], int]:
    breaks = []
    while at < stop and raw[at] in " \t\n":
        if raw[at] == "\n":
            breaks.append(at)
        at += 1
    return breaks, at


def _block(value: str, raw: str) -> Iterator[tuple[int, int]]:
    """Offsets into ``raw`` of each character of a block scalar: its lines stand in the value as they are written."""
    at, previous = 0, 0
    for begin, content in _lines(value, raw):
        while value[at : at + 1] == "\n":
            yield previous, previous
            at += 1
        if value[at : at + 1] == " " and content[0] not in _BLANKS:
            yield previous, previous
            at += 1
        yield from ((begin + i, begin + i + 1) for i in range(len(content)))
        at, previous = at + len(content), begin + len(content)
    yield from ((previous, previous) for _ in range(at, len(value)))
    yield previous, previous


def _lines(value: str, raw: str) -> Iterator[tuple[int, str]]:
    """The lines of a block scalar that are not empty, without their indentation, and where they begin."""
    header, _, _ = raw.partition("\n")
    offset, indent = len(header) + 1, None
    for line in raw[offset:].split("\n"):
        if indent is None and line.strip(" "):
            first = value.lstrip("\n")
            indent = len(line) - len(line.lstrip(" ")) - (len(first) - len(first.lstrip(" ")))
        if indent is not None and len(line) > indent:
            yield offset + indent, line[indent:]
        offset += len(line) + 1
