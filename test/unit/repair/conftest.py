"""Programs to break and mend: right translations in platform form."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlir import ir

from xpiler import lowering, raising
from xpiler.lowering.schedule import default_schedule
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.platforms.target import Target
from xpiler.propose.judge import Subject
from xpiler.repair.observation import Bench
from xpiler.repair.search import Search

KERNELS = Path(__file__).resolve().parents[3] / "kernels"


@pytest.fixture(scope="session")
def translated():
    """`translated(operator, target)`: the subject (from cuda) and the text of its right translation."""
    made: dict[tuple[str, str], tuple[Subject, str]] = {}

    def get(operator: str, target: str) -> tuple[Subject, str]:
        if (operator, target) not in made:
            subject = Subject.of(str(KERNELS / operator / f"{operator}.cu"), TranslateOptions(to=target))
            chosen = Target(target, DEFAULT_ARCH[target])
            module = lowering.lower(raising.raise_module(subject.module), chosen, default_schedule(chosen))
            made[operator, target] = (subject, module.operation.get_asm())
        return made[operator, target]

    return get


@pytest.fixture
def search(translated):
    """`search(operator, target, old, new, sizes)`: the search for a repair of the translation with `old` replaced."""

    def start(operator: str, target: str, old: str, new: str, *rows: dict[str, int]) -> Search:
        subject, text = translated(operator, target)
        assert old in text, text
        module = ir.Module.parse(text.replace(old, new, 1), subject.module.context)
        return Search(module, [Bench(subject.module, row) for row in rows], lambda edits: True, seconds=60.0)

    return start
