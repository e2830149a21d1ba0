"""A row of sizes too long to be executed whole: the first and the last block, task or parallel iterations, and what they alone compute.

It proves nothing and may only contradict: what a block writes does not depend on the others (they do not race), so an element that both
texts wrote must be equal, and one that a text wrote what it is after all of the other, where nothing of that was left out.

That is where loops over the tasks' tiles come round again: a pipeline's stale buffer shows in its second piece.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.equivalence import final
from xpiler.verify.limits import Budget, Defect
from xpiler.verify.model import side
from xpiler.verify.model.forall import loop_number
from xpiler.verify.model.memory import Buffer
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.term import Term, Value
from xpiler.verify.validator import Attempt, Sizes

# What makes the work of one block depend on that of others, or its result on which of them run.
LOOPS = ("scf.for", "scf.while", "scf.forall")
TOGETHER = ("atomic", "xpiler.memset", "bang.barrier")


def can_be_cut(modules: tuple[ir.Module, ...]) -> bool:
    """Whether every text has one launch at most, whose blocks or tasks work each by themselves, and some text has something to cut."""
    launches = [[op for op in signature.inside(side.Unit.of(m).function) if op.name in ("xpiler.launch", "xpiler.call")] for m in modules]
    together = any(word in op.name for module in modules for op in signature.inside(module.operation) for word in TOGETHER)
    looped = any(name in LOOPS for found in launches for op in found for name in _above(op))
    parallel = any(op.name == "scf.forall" and loop_number(op) for module in modules for op in signature.inside(module.operation))
    return not together and not looped and all(len(found) <= 1 for found in launches) and (parallel or any(launches))


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
    whole = not expected.is_cut, not actual.is_cut
    differing = (_differing(buffer, actual.buffers[i], whole, forms) for i, buffer in expected.buffers.items())
    reason = next((f"{name} is not shown equal" for name in differing if name), "")
    return Attempt(sizes, reason, elements, covered=expected.covered | actual.covered)


def _differing(one: Buffer, other: Buffer, whole: tuple[bool, bool], forms: NormalForm) -> str:
    """The first element that both wrote, or one did and the other, which ran whole, did not, and that is not equal.

    Statements write elements, copies of what nothing wrote do not.
    """
    size = side.element_size(one)
    written = [{offset for offset in buffer.cells if buffer.writers.get(offset)} for buffer in (one, other)]
    known = (written[0] & written[1]) | (written[1] if whole[0] else set()) | (written[0] if whole[1] else set())
    for offset in sorted(known):
        values = [final(buffer, offset // size) for buffer in (one, other)]
        if not (_is_unknown(values[0]) or forms.equal(*values, one.element)):
            return f"{one.name}[{offset // size}]"
    return ""


def _is_unknown(value: Value) -> bool:
    """Whether the source leaves nobody knows what."""
    return isinstance(value, Term) and value.tainted
