"""A row of sizes too long to be executed whole: the first and the last block, task or parallel iterations, and what they alone compute.

It proves nothing and may only contradict: what a block writes does not depend on the others (they do not race), so an element that both
texts wrote must be equal. That is where loops over the tasks' tiles come round again: a pipeline's stale buffer shows in its second piece.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.limits import Budget, Defect
from xpiler.verify.model import side
from xpiler.verify.model.memory import Buffer
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.validator import Attempt, Sizes

# What makes the work of one block depend on that of others, or its result on which of them run.
LOOPS = ("scf.for", "scf.while", "scf.forall")
TOGETHER = ("atomic", "xpiler.memset", "bang.barrier")


def can_be_cut(modules: tuple[ir.Module, ...]) -> bool:
    """Whether every text has one launch at most, whose blocks or tasks work each by themselves."""
    launches = [[op for op in signature.inside(side.Unit.of(m).function) if op.name in ("xpiler.launch", "xpiler.call")] for m in modules]
    together = any(word in op.name for module in modules for op in signature.inside(module.operation) for word in TOGETHER)
    looped = any(name in LOOPS for found in launches for op in found for name in _above(op))
    return not together and not looped and all(len(found) <= 1 for found in launches)


def _above(op: ir.Operation) -> Iterator[str]:
    """The names of the operations around one."""
    while op.parent is not None:
        op = op.parent.operation
        yield op.name


def attempt_in_part(source: ir.Module, target: ir.Module, sizes: Sizes, budget: Budget) -> Attempt:
    """What differs, or what the target does that it must not; without a reason where nothing was found."""
    units = [side.Unit.of(module) for module in (source, target)]
    names = [p.name for p in units[0].parameters]
    try:
        expected = side.run(source, units[0], names, sizes, {}, budget, in_part=True)
    except Defect as defect:
        return Attempt(sizes, f"the source is wrong: {defect}")
    stated = {i: n for i, (n, is_stated) in expected.extents().items() if is_stated}
    elements = {names[i]: n // side.element_size(expected.buffers[i]) for i, n in stated.items()}
    try:
        actual = side.run(target, units[1], names, sizes, stated, budget, in_part=True)
    except Defect as defect:
        return Attempt(sizes, f"the output is wrong: {defect}", elements)
    forms = NormalForm(budget)
    differing = (_differing(buffer, actual.buffers[i], forms) for i, buffer in expected.buffers.items())
    reason = next((f"{name} is not shown equal" for name in differing if name), "")
    return Attempt(sizes, reason, elements, covered=expected.covered | actual.covered)


def _differing(one: Buffer, other: Buffer, forms: NormalForm) -> str:
    """The first element that both wrote and that is not equal; statements write elements, copies of what nothing wrote do not."""
    size = side.element_size(one)
    for offset in sorted(one.cells.keys() & other.cells.keys()):
        if not (one.writers.get(offset) and other.writers.get(offset)):
            continue
        if not forms.equal(*(buffer.final(offset // size) for buffer in (one, other)), one.element):
            return f"{one.name}[{offset // size}]"
    return ""
