"""A refutation explained: the smallest counterexample that runs show, with the statements responsible."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

from mlir import ir

from xpiler.diagnostics import Unsupported, XpilerError
from xpiler.verify import signature
from xpiler.verify.buffer_extents import Extents
from xpiler.verify.counterexample import Counterexample
from xpiler.verify.counterexample_search import Pair, Sizes
from xpiler.verify.counterexample_statements import with_statements
from xpiler.verify.differential import Runs, Text
from xpiler.verify.limits import STEPS_A_SECOND, Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.paired_files import texts_of
from xpiler.verify.programs import ProgramFile
from xpiler.verify.row_costs import ends_in_time
from xpiler.verify.sampling import volume
from xpiler.verify.verdict import Answer, Verdict

EXTENT_SECONDS = 2.0  # for one execution of the source that tells its footprint
MOST_ITERATIONS = 1 << 16  # of a nest over all sizes: more take longer than that
LONG = "sizes that take too long to execute"


def explained(
    texts: tuple[Text, Text],
    modules: tuple[ir.Module, ir.Module],
    failing: Sizes,
    *,
    kind: str = "random",
    extents: Extents | None = None,
    seed: int = 0,
) -> Counterexample | None:
    """The smallest counterexample at or below the sizes `failing`; None where no run shows a difference."""
    unit = side.Unit.of(modules[0])
    called = signature.convention_of(unit.function)
    pair = Pair(*texts, unit.name, unit.parameters, extents or extents_of(modules[0]), seed, convention=called)
    found = pair.smallest(failing, kind)
    return None if found is None else with_statements(found, *modules)


def extents_of(module: ir.Module, most: int | None = None) -> Extents:
    """Elements of every buffer at given sizes: as the launcher states them, else as many as an execution of the source touches.

    What it returns raises Unsupported where neither says; executions of more than `most` iterations of a nest over all sizes are not begun.
    """
    unit = side.Unit.of(module)
    stated = signature.Callable(unit.name, unit.parameters, unit.function)

    def extents(sizes: Sizes) -> dict[str, int]:
        try:
            return stated.extents(sizes)
        except Unsupported:
            found = footprint(tuple(sizes.items()))
        if isinstance(found, str):
            raise Unsupported(f"the extents of the buffers are not known: {found}")
        return found[0]

    def steps(sizes: Sizes) -> float | None:
        try:
            found = footprint(tuple(sizes.items()))
        except Unsupported:
            return None
        if isinstance(found, str):
            return math.inf if found == LONG else None
        return found[1]

    @cache
    def footprint(row: tuple[tuple[str, int], ...]) -> tuple[dict[str, int], int] | str:
        """The elements, and the steps that told them; else why they are not known."""
        sizes, budget = dict(row), Budget.of_work(EXTENT_SECONDS)
        if (most is not None and volume(sizes) > most) or not ends_in_time(sizes, steps, EXTENT_SECONDS * STEPS_A_SECOND):
            return LONG
        try:
            outcome = side.run(module, unit, [p.name for p in unit.parameters], sizes, {}, budget)
        except OutOfTime:
            return LONG
        except (Defect, RecursionError) as error:
            return str(error)
        elements = {unit.parameters[i].name: n // side.element_size(outcome.buffers[i]) for i, (n, _) in outcome.extents().items()}
        return elements, budget.spent

    return extents


def explained_answer(answer: Answer, sides: tuple[ProgramFile, ProgramFile], runs: Runs, extents: Extents | None, seed: int) -> Answer:
    """A refutation with its smallest counterexample; any other answer as it is."""
    if answer.verdict is not Verdict.REFUTED or not runs.findings:
        return answer
    first = runs.findings[0]
    try:
        modules = tuple(p.module() for p in sides)
        unit = side.Unit.of(modules[0])
        texts = texts_of(sides, signature.Callable(unit.name, unit.parameters, unit.function, signature.convention_of(unit.function)))
        found = explained(texts, modules, first.case.sizes, kind=first.case.kind, extents=extents, seed=seed)
    except XpilerError:
        return answer
    return answer if found is None else replace(answer, counterexample=str(found))
