"""dead-store: what only feeds private arrays that nobody reads goes away.

Marks from the effects a caller can see (stores to parameters, atomics) back through values, the control around them and
the stores that loads of private arrays may read; whatever is not marked is erased. Where it is known which store a load
sees, only that one is marked, so that a scratch array used for two things in turn keeps neither alive for the other.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, access_of, defining, effects_of, is_private, is_transparent, may_alias, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.reaching import producer_of
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    body,
    content,
    erase_dead,
    functions,
    is_unit_for,
    move_content,
    new_for,
    note_noalias,
    operations,
    take_place,
    terminator,
)


class DeadStorePass(Pass):
    """Stores to private arrays that nothing reads, and what only they need, are erased."""

    name = "dead-store"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            _drop_overwritten(function)
            sweep(function)
            _drop_unused_accumulators(function)
            erase_dead(function)


def _drop_overwritten(function: ir.Operation) -> None:
    """Erases stores to elements that the same block stores to again, with nothing in between that may look."""
    forms = forms_of(function)
    for store in [op for op in walk(function) if op.name == "memref.store"]:
        siblings = operations(store.block)
        after = siblings[siblings.index(store) + 1 :]
        for position, later in enumerate(after):
            if later.name == "memref.store" and _same_element(forms, store, later):
                if any(a.reads for op in after[:position] for a in effects_of(op).accesses):
                    note_noalias(store)
                store.erase()
                break
            effects = effects_of(later)
            if effects.unknown is not None or any(a.reads and may_alias(a.buffer, store.operands[1]) for a in effects.accesses):
                break


def _same_element(forms: IndexForms, one: ir.Operation, other: ir.Operation) -> bool:
    a, b = (list(op.operands)[1:] for op in (one, other))
    return a[0] == b[0] and all(forms.of(x) == forms.of(y) for x, y in zip(a[1:], b[1:], strict=True))


def sweep(function: ir.Operation) -> None:
    """Erases the stores to private arrays of `function` that are not marked, then loops and branches left empty."""
    live = _Marking(function).live
    for op in reversed(list(walk(function))):
        access = access_of(op)
        if access and access.writes and not access.atomic and is_private(access.buffer) and op not in live:
            op.erase()
    _erase_empty(function)
    erase_dead(function)
    for op in reversed(list(walk(function))):
        if op.name == "memref.alloca" and next(iter(op.results[0].uses), None) is None:
            op.erase()


class _Marking:
    """The operations that matter, found from the visible effects backwards."""

    def __init__(self, function: ir.Operation):
        self.forms = forms_of(function)
        self.order = {op: k for k, op in enumerate(walk(function))}
        self.live: set[ir.Operation] = set()
        self.stores: dict[ir.Value, list[Access]] = {}
        self.pending: list[ir.Operation] = []
        for op in self.order:
            access = access_of(op)
            if access and access.writes and not access.atomic and is_private(access.buffer):
                self.stores.setdefault(access.buffer, []).append(access)
            elif (access and access.writes) or (access is None and not is_transparent(op)):
                self.mark(op)
            elif op.name in ("scf.while", "xpiler.assume", "xpiler.extent", "func.return"):
                self.mark(op)
        while self.pending:
            self._spread(self.pending.pop())

    def mark(self, op: ir.Operation | None) -> None:
        """Says that an operation matters."""
        if op is not None and op in self.order and op not in self.live:
            self.live.add(op)
            self.pending.append(op)

    def _spread(self, op: ir.Operation) -> None:
        for operand in op.operands:
            self.mark(defining(operand) or operand.owner.owner.operation)
        if op.parent is not None:
            self.mark(op.parent.operation)
        for region in op.regions:
            for block in region.blocks:
                if len(op.results) or op.name == "scf.while":
                    self.mark(terminator(block))
        access = access_of(op)
        if access and access.reads and access.buffer in self.stores:
            self._mark_stores(access)

    def _mark_stores(self, load: Access) -> None:
        producer = producer_of(self.forms, load) if load.exact else None
        if producer:
            self.mark(producer.store.op)
            return
        for store in self.stores[load.buffer]:
            if self.order[store.op] < self.order[load.op] or _share_loop(store.op, load.op):
                self.mark(store.op)


def _share_loop(a: ir.Operation, b: ir.Operation) -> bool:
    """Whether a serial loop holds both, so that the later one may come before the earlier one's next turn."""
    around = set()
    while a is not None and a.name != "func.func":
        around.add(a)
        a = a.parent.operation
    while b is not None and b.name != "func.func":
        if b in around and b.name in ("scf.for", "scf.while"):
            return True
        b = b.parent.operation
    return False


def _erase_empty(function: ir.Operation) -> None:
    for op in reversed(list(walk(function))):
        if op.name in ("scf.for", "scf.forall", "scf.if") and not len(op.results):
            erase_dead(op)
            if all(not content(block) for region in op.regions for block in region.blocks):
                op.erase()


def _drop_unused_accumulators(function: ir.Operation) -> None:
    for loop in reversed(list(walk(function))):
        if is_unit_for(loop) and len(loop.results):
            unused = [k for k, result in enumerate(loop.results) if not len(list(result.uses)) and not _feeds_others(loop, k)]
            if unused:
                _without_accumulators(loop, set(unused))


def _feeds_others(loop: ir.Operation, k: int) -> bool:
    """Whether accumulator `k` is needed for anything but its own next value."""
    reached, pending = set(), [body(loop).arguments[k + 1]]
    end = terminator(body(loop))
    while pending:
        for use in pending.pop().uses:
            op = use.owner.operation
            if op == end:
                if use.operand_number != k:
                    return True
                continue
            if len(op.regions) or not len(op.results) or op.name in ("scf.yield", "scf.condition"):
                return True
            if op not in reached:
                reached.add(op)
                pending += list(op.results)
    return False


def _without_accumulators(loop: ir.Operation, unused: set[int]) -> None:
    kept = [k for k in range(len(loop.results)) if k not in unused]
    inits = [list(loop.operands)[3 + k] for k in kept]
    new = new_for(loop.operands[1], inits, loop.location, ir.InsertionPoint(loop))
    old_arguments, arguments = list(body(loop).arguments), list(body(new).arguments)
    old_arguments[0].replace_all_uses_with(arguments[0])
    for position, k in enumerate(kept):
        take_place(arguments[position + 1], old_arguments[k + 1])
        loop.results[k].replace_all_uses_with(new.results[position])
    for k in unused:
        old_arguments[k + 1].replace_all_uses_with(list(loop.operands)[3 + k])
    _move_body(loop, new, kept)
    loop.erase()


def _move_body(loop: ir.Operation, new: ir.Operation, kept: list[int]) -> None:
    """Moves what the loop does; the values it goes on with are those of the accumulators that are kept."""
    end = terminator(body(loop))
    if not kept:  # a loop without accumulators has its end already
        move_content(content(body(loop)), body(new))
        return
    for op in content(body(loop)):
        body(new).append(op)
    with ir.InsertionPoint(body(new)), end.location:
        ir.Operation.create("scf.yield", operands=[list(end.operands)[k] for k in kept])
