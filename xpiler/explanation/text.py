"""The explanation of a translation as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.explanation.outcome import launches, on_chip
from xpiler.explanation.recognised import recognised
from xpiler.explanation.statements import Statements
from xpiler.verify.header import details
from xpiler.verify.verdict import Verdict

if TYPE_CHECKING:
    from xpiler.translation import Modules, Translation

MOST_SCALARS = 20


def explained(result: Translation, modules: Modules, statements: Statements) -> str:
    """Sections: recognised, written with, left scalar, launched, on-chip memory, schedule, verdict, time; empty ones left out."""
    name = Path(result.source).name
    sections = {
        "recognised": _placed(name, ((r.line, _of_kernel(r.kernel, result, r.text)) for r in recognised(modules.shared))),
        "written with": _placed(name, ((line, ", ".join(names)) for line, names in sorted(statements.builtins.items()))),
        "left scalar": list(_scalars(name, statements)),
        "launched": launches(result.text),
        "on-chip memory": [f"{kernel}: {', '.join(spaces)}" for kernel, spaces in on_chip(modules.output).items()],
        "schedule": [line for line in (result.schedule, result.schedule_reason) if line],
        "verdict": ["none was asked for"] if result.answer.verdict is Verdict.NONE else [str(result.answer), *details(result.answer)],
        "time": [", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in result.seconds.items())],
    }
    lines = [f"{name}: {', '.join(result.kernels)} from {result.source_platform} to {result.target}"]
    for title, texts in sections.items():
        lines += [title, *(f"  {text}" for text in texts)] if texts else []
    return "\n".join(lines) + "\n"


def _of_kernel(kernel: str, result: Translation, text: str) -> str:
    return f"{kernel}: {text}" if len(result.kernels) > 1 else text


def _placed(name: str, lines: Iterable[tuple[int, str]]) -> list[str]:
    return [f"{name}:{line}: {text}" if line else text for line, text in lines]


def _scalars(name: str, statements: Statements) -> Iterator[str]:
    found = list(statements.scalars.values())
    yield from _placed(name, ((s.line, f"{s.text}  ({s.why})") for s in found[:MOST_SCALARS]))
    if len(found) > MOST_SCALARS:
        yield f"and {len(found) - MOST_SCALARS} more"
