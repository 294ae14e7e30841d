"""Run every benchmark and write RESULTS.md."""

from __future__ import annotations

from . import conditions, ingest, report


def main() -> None:
    """Measure, print, write."""
    lines = [*conditions.measure(), *ingest.measure()]
    for line in lines:
        print(line.as_row())
    report.write(lines)


if __name__ == "__main__":
    main()
