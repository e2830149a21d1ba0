"""The table by direction: of its cells, how many came how far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

# What publications leave out or do not reach: counted in a table of its own.
HARD = frozenset({"prefix_sum", "histogram", "gather", "scatter", "deformable_attention"})
NOT_TRANSLATED, NOT_COMPILED = ("translate",), ("translate", "read", "compile")


class Counted(Protocol):
    """A cell: where it stopped (`ok` if nowhere), its share of builtins where the target has any, its verdict where one was asked for."""

    operator: str
    source: str
    target: str
    stage: str
    builtin: float | None
    verdict: str


def shares(cells: Sequence[Counted]) -> str:
    """Two tables in Markdown, the second one of the hard operators; percent of the cells, of builtins the mean."""
    tables = []
    for title, hard in (("operators", False), ("scans, histograms, gathers, scatters, deformable attention", True)):
        chosen = [cell for cell in cells if (cell.operator in HARD) == hard]
        if chosen:
            tables.append(_table(title, chosen))
    return "\n\n".join(tables)


def _table(title: str, cells: Sequence[Counted]) -> str:
    directions = list(dict.fromkeys((cell.source, cell.target) for cell in cells))
    lines = [f"| {title} | cells | translated | compiled | computes | builtin | proved |", "|---" * 7 + "|"]
    for source, target in directions:
        lines.append(_row(f"{source} to {target}", [cell for cell in cells if (cell.source, cell.target) == (source, target)]))
    return "\n".join([*lines, _row("all", cells)])


def _row(name: str, cells: Sequence[Counted]) -> str:
    builtin = [cell.builtin for cell in cells if cell.builtin is not None]
    asked = [cell for cell in cells if cell.verdict]
    columns = [
        _percent(cells, lambda cell: cell.stage not in NOT_TRANSLATED),
        _percent(cells, lambda cell: cell.stage not in NOT_COMPILED),
        _percent(cells, lambda cell: cell.stage == "ok"),
        f"{100 * sum(builtin) / len(builtin):.1f}" if builtin else "",
        _percent(asked, lambda cell: cell.verdict == "proved"),
    ]
    return f"| {name} | {len(cells)} | " + " | ".join(columns) + " |"


def _percent(cells: Iterable[Counted], holds: Callable[[Counted], bool]) -> str:
    found = [holds(cell) for cell in cells]
    return f"{100 * sum(found) / len(found):.1f}" if found else ""
