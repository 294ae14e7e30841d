"""Two states of a folder of rules as a patch that ``git apply`` takes. Source: git's extended diff headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff

FOLDER = "rules"


def patch(old: Mapping[str, str], new: Mapping[str, str], folder: str = FOLDER) -> str:
    """The unified diff from one state to the other, with paths below a folder; empty where nothing changed."""
    moved = _moved(old, new)
    sources = {target: source for source, target in moved.items()}
    told = []
    for path in sorted({*old, *new}):
        if path in moved:
            continue
        source = sources.get(path, path)
        if old.get(source) != new.get(path) or source != path:
            told.append(_file(_below(folder, source), _below(folder, path), old.get(source), new.get(path)))
    return "".join(told)


def _below(folder: str, path: str) -> str:
    return f"{folder.strip('/')}/{path}" if folder.strip("/") else path


def _moved(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Files that stand elsewhere now, with not a character changed: old paths to new ones."""
    gone = [path for path in sorted(old) if path not in new]
    come = {text: path for path, text in sorted(new.items(), reverse=True) if path not in old}
    return {path: come.pop(old[path]) for path in gone if old[path] in come}


def _file(before: str, after: str, old: str | None, new: str | None) -> str:
    head = f"diff --git {_quoted('a/' + before)} {_quoted('b/' + after)}\n"
    if before != after:
        return f"{head}similarity index 100%\nrename from {_quoted(before)}\nrename to {_quoted(after)}\n"
    if old is None or new is None:
        head += "new file mode 100644\n" if old is None else "deleted file mode 100644\n"
    one = "/dev/null" if old is None else _quoted("a/" + before)
    other = "/dev/null" if new is None else _quoted("b/" + after)
    return head + "".join(_hunks(one, other, old or "", new or ""))


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes where a character of it is odd."""
    if all(char.isprintable() and char.isascii() and char not in '"\\' for char in path):
        return path
    octal = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in path.encode())
    return f'"{octal}"'


def _hunks(before: str, after: str, old: str, new: str) -> Iterator[str]:
    one, other = _lines(old), _lines(new)
    for line in unified_diff(one, other, before, after, lineterm="\n"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines of a text, each with its end; only a line feed ends one."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
