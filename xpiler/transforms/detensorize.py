"""detensorize: an operation of a platform becomes the loops of its meaning, tensorize backwards.

    bang.binary<add> c, a, b, n    becomes    scf.forall (%i) in (%n) { c[%i] = a[%i] + b[%i] }

Views of one buffer are folded into the subscripts, so that loops read the buffers themselves. Copies become loops as well;
what belongs to the model of memory and schedule (indices, barriers) stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith
from mlir.passmanager import PassManager

from xpiler.analysis.effects import access_of, walk
from xpiler.diagnostics import PassFailed, XpilerError
from xpiler.dialects.semantics import is_model_op
from xpiler.passes import Pass, pass_class, place_of
from xpiler.raising.bang.meanings import expand
from xpiler.transforms.handles import find_kernel
from xpiler.transforms.tensorize import NORMAL_FORM

DIALECT = "bang."


@dataclass(frozen=True)
class DetensorizePass(Pass):
    """Operations on buffers become loops: all of them, or those called `op`."""

    name = "detensorize"
    op: str = ""
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        chosen = [o for o in walk(function) if o.name.startswith(DIALECT) and not is_model_op(o.name)]
        for builtin in [o for o in chosen if self.op in ("", o.name)]:
            _expand(builtin)
        _fold_views(function)
        for name in NORMAL_FORM:
            pass_class(name)().apply(ctx, function)
        PassManager.parse("func.func(canonicalize,cse)", ctx).run(function)


def _expand(builtin: ir.Operation) -> None:
    try:
        with builtin.location:
            expand(builtin)
    except XpilerError as error:
        raise PassFailed(f"'{builtin.name}' cannot become loops: {error.diagnostics[0].message}", place_of(builtin)) from error


def _fold_views(function: ir.Operation) -> None:
    """Loads and stores through a view that only moves the start read the buffer itself."""
    for view in reversed([o for o in walk(function) if o.name == "xpiler.view" and _moves_only(o)]):
        for use in list(view.results[0].uses):
            access = access_of(use.owner.operation)
            if access is not None and not access.atomic and len(access.subscripts) == 1:
                _move(access.op, view)
        if not list(view.results[0].uses):
            view.erase()


def _moves_only(view: ir.Operation) -> bool:
    source, result = ir.MemRefType(view.operands[0].type), ir.MemRefType(view.results[0].type)
    return source.rank == 1 and source.element_type == result.element_type


def _move(access: ir.Operation, view: ir.Operation) -> None:
    at = len(access.operands) - 2  # the buffer, in front of its one subscript
    with ir.InsertionPoint(access), access.location:
        access.operands[at + 1] = arith.addi(access.operands[at + 1], view.operands[1])
    access.operands[at] = view.operands[0]
