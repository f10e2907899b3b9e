"""`make bench`: every measurement of this folder in one run, as a table and in var/bench.json."""

import json
import sys
from typing import Any

from bench import answers, country, duplicates, exam
from bench.serving import ROOT


def main() -> int:
    """0 when every ratio meets its target; 1 when one does not or nothing could be measured."""
    rows = [*answers.measure(), *exam.measure(), *country.measure()]
    if not rows:
        print("no PostgreSQL: nothing was measured")
        return 1
    rows += duplicates.measure()
    path = ROOT / "var" / "bench.json"
    path.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    print(_table(rows))
    print(f"written to {path.relative_to(ROOT)}")
    return 0 if all(row["ok"] for row in rows) else 1


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'':4}{'what':46}{'value':>12} {'unit':11}{'reference':>12}{'ratio':>8}{'target':>8}"]
    for row in rows:
        mark = "ok" if row["ok"] else "!!"
        lines.append(
            f"{mark:4}{row['name']:46}{row['value']:>12,} {row['unit']:11}{row['reference_value']:>12,}"
            f"{row['ratio']:>8}{row['target']:>8}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
