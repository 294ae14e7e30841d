"""Lines of files: what they are read as, however the file is packed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cli.lines import lines_of, size_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"", []),
        (b"\xef\xbb\xbf", []),
        (b"\xef\xbb\xbf{}\n{}", ["{}\n", "{}"]),
        (b"\n\xef\xbb\xbf{}\n", ["\n", "\ufeff{}\n"]),
        (b"a\r\nb\rc\xe2\x80\xa8\n", ["a\r\n", "b\rc\u2028\n"]),
        (b"\xe2\n\x82\xac", ["\udce2\n", "\udc82\udcac"]),
    ],
)
def test_lines_end_at_line_feeds_and_lose_nothing_but_the_mark_at_the_start(
    written: bytes, read: list[str], tmp_path: Path
) -> None:
    plain, packed = tmp_path / "events.jsonl", tmp_path / "events.jsonl.gz"
    plain.write_bytes(written)
    packed.write_bytes(gzip.compress(written))
    for file in (plain, packed):
        assert list(lines_of(str(file))) == read
        assert size_of(str(file)) == len(read)
