"""Whether a run leaves a value in a result that nothing has set: a defect of the program, whatever another one does."""

from __future__ import annotations

from xpiler.verify.limits import Defect
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.side import Outcome, element_size
from xpiler.verify.terms.term import Term, Value

UNWRITTEN = "unwritten"  # what a caller may know to leave alone


def undefined_result(outcome: Outcome) -> Defect | None:
    """The first element of a parameter buffer that depends on uninitialised memory or an overflow, with the statement that wrote it.

    One that does so in a branch of a selection alone does not count: data may keep the program from it.
    """
    seen: dict[Term, bool] = {}
    for buffer in outcome.buffers.values():
        for element in sorted({offset // element_size(buffer) for offset in buffer.cells}):
            if _is_undefined(buffer.final(element), seen):
                return _defect(buffer, element)
    return None


def _defect(buffer: Buffer, element: int) -> Defect:
    where = buffer.writers.get(element * element_size(buffer), "")
    if not where:
        return Defect(UNWRITTEN, f"{buffer.name}[{element}] is copied from device memory that nothing has written")
    return Defect("uninitialised", f"{buffer.name}[{element}] depends on an uninitialised value or an overflow", where)


def _is_undefined(value: Value | None, seen: dict[Term, bool]) -> bool:
    """Whether every evaluation of a term meets an undefined value; iterative, as terms are deep."""
    if not isinstance(value, Term) or not value.tainted:
        return False
    pending = [value]
    while pending:
        term = pending[-1]
        parts = [part for part in term.args if isinstance(part, Term) and part.tainted]
        open_parts = [part for part in parts if part not in seen]
        if term in seen or not open_parts:
            seen.setdefault(term, _judged(term, seen))
            pending.pop()
        else:
            pending += open_parts
    return seen[value]


def _judged(term: Term, seen: dict[Term, bool]) -> bool:
    found = [isinstance(part, Term) and part.tainted and seen[part] for part in term.args]
    if term.kind == "select":
        condition, *branches = found
        return condition or all(branches)
    return term.kind == "undef" or any(found)
