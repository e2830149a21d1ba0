"""tensorize: a nest of loops that is an instance of an operation's meaning becomes that operation.

    scf.forall (%i) in (%n) { c[%i] = a[%i] + b[%i] }    tensorize{op=bang.binary kind=add loop=i}    bang.binary<add> c, a, b, n

The meaning is the operation's function in `dialects/<name>/semantics.mlir`, so that nothing is known here of any operation.
What the meaning asserts must be shown at the nest, and the operation's verifier must accept its buffers.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import product

from mlir import ir
from mlir.dialects import arith
from mlir.passmanager import PassManager

from xpiler.analysis.effects import effects_of, walk
from xpiler.analysis.facts import condition_facts, facts_at
from xpiler.analysis.forms import EXACT, IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.dialects.semantics import FILES, Wanted, entries, instantiate
from xpiler.passes import Pass, pass_class, refuse
from xpiler.transforms.handles import find_kernel, find_loop
from xpiler.transforms.index_code import materialize
from xpiler.transforms.instances import Instance, instance_of

NORMAL_FORM = ("canonical-form", "loop-normalize", "index-simplify")
ATTRIBUTES = ("kind", "layout")
DEFAULT_LAYOUT = "nk"  # how operations without a kind take a right operand, where they take one
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class TensorizePass(Pass):
    """The nest of `loop` becomes the operation `op` of kind `kind`; `form` names optional operands, as semantics.mlir does."""

    name = "tensorize"
    op: str
    loop: str
    kind: str = ""
    form: tuple[str, ...] = ()
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        loop = find_loop(find_kernel(op, self.kernel), self.loop)
        with loop.location:
            for meaning in self._meanings(loop):
                forms = IndexForms()
                needed = _needed(forms, loop, meaning)
                found = instance_of(forms, meaning, loop)
                if found is not None:
                    self._replace(forms, loop, meaning, found, needed)
                    return
        refuse(
            loop,
            f"'{self.loop}' is no instance of {self._spelled()}",
            "its meaning is in semantics.mlir; loops are compared in the order they stand",
        )

    def _spelled(self) -> str:
        return f"{self.op}<{self.kind}>" if self.kind else self.op

    def _meanings(self, loop: ir.Operation) -> Iterator[ir.Operation]:
        """The operation's meaning for every choice of element types among those the nest touches."""
        count = _buffers(self.op)
        if not count:
            refuse(loop, f"'{self.op}' is no operation with a meaning", "such as bang.binary")
        types = dict.fromkeys(str(ir.MemRefType(a.buffer.type).element_type) for a in effects_of(loop).accesses)
        for chosen in product(types, repeat=count):
            text = instantiate(Wanted(self.op, (self.kind or DEFAULT_LAYOUT,), frozenset(self.form), chosen))
            if text is not None:
                yield _normal_form(text, loop.context)

    def _replace(
        self, forms: IndexForms, loop: ir.Operation, meaning: ir.Operation, found: Instance, needed: list[tuple[str, list[Poly]]]
    ) -> None:
        self._check(forms, loop, found, needed)
        with ir.InsertionPoint(loop):
            made = self._build([_operand(forms, a, found) for a in meaning.regions[0].blocks[0].arguments])
        complaint = _complaint(made)
        if complaint:
            made.erase()
            refuse(loop, f"{self._spelled()}: {complaint}", "cache the buffers in the memory it works on")
        loop.erase()

    def _check(self, forms: IndexForms, loop: ir.Operation, found: Instance, needed: list[tuple[str, list[Poly]]]) -> None:
        """Refuses where what the meaning asserts, or that sizes fit the operation's integers, is not shown."""
        known = {forms.atom(a): size for a, size in found.sizes.items()}
        facts = facts_at(forms, loop)
        for text, polys in needed:
            if not polys or not all(forms.ranges.nonneg(forms.substitute(p, known), facts) for p in polys):
                refuse(loop, f"{self._spelled()} asserts '{text}', which is not shown here")
        if not all(forms.ranges.nonneg(Poly.constant(LARGEST) - size, facts) for size in found.sizes.values()):
            refuse(loop, f"{self._spelled()}: a size may not fit 32 bits")

    def _build(self, operands: list[ir.Value]) -> ir.Operation:
        dialect, _, name = self.op.partition(".")
        builder = getattr(import_module(f"xpiler.dialects.{dialect}"), name)
        given = {"kind": self.kind, "layout": None}
        names = [p for p in inspect.signature(builder).parameters if p not in ("loc", "ip")]
        remaining = iter(operands)
        made = builder(**{p: given[p] if p in ATTRIBUTES else next(remaining, None) for p in names})
        return made.operation


def _buffers(op: str) -> int:
    """How many buffers an operation's meaning takes; 0 where it has none."""
    dialect = op.partition(".")[0]
    shared = op.replace(dialect, FILES.get(dialect, ""), 1)
    heads = (entry.body.partition("{")[0] for entry in entries(FILES.get(dialect, "")) if any(h.op == shared for h in entry.headings))
    return next((head.count("memref<") for head in heads), 0)


_kept: list[ir.Module] = []  # modules whose functions are being compared


def _normal_form(text: str, context: ir.Context) -> ir.Operation:
    """The meaning as one function in the form that normalised loops have; its assertions are assumptions."""
    module = ir.Module.parse(text, context)
    _kept[:] = [module]
    PassManager.parse("builtin.module(inline,canonicalize,cse)", context).run(module.operation)
    function = module.body.operations[0].operation
    for op in [op for op in walk(function) if op.name == "cf.assert"]:
        reason = {"reason": op.attributes["msg"]}
        ir.Operation.create("xpiler.assume", operands=list(op.operands), attributes=reason, ip=ir.InsertionPoint(op))
        op.erase()
    for name in NORMAL_FORM:
        pass_class(name)().apply(context, function)
    PassManager.parse("func.func(canonicalize,cse)", context).run(function)
    return function


def _needed(forms: IndexForms, loop: ir.Operation, meaning: ir.Operation) -> list[tuple[str, list[Poly]]]:
    """What the meaning assumes, as polynomials that must not be negative; also facts about its sizes while it is compared."""
    facts_at(forms, loop)
    needed = []
    for op in walk(meaning):
        if op.name == "xpiler.assume":
            polys = condition_facts(forms, op.operands[0])
            needed.append((ir.StringAttr(op.attributes["reason"]).value, polys))
            forms.ranges.base += tuple(polys)
    return needed


def _operand(forms: IndexForms, argument: ir.Value, found: Instance) -> ir.Value:
    if argument in found.scalars:
        return found.scalars[argument]
    if argument in found.sizes:
        cast = arith.IndexCastOp(argument.type, materialize(found.sizes[argument], forms.ranges.nonneg))
        cast.operation.attributes[EXACT] = ir.UnitAttr.get()
        return cast.result
    buffer, offset = found.buffers[argument]
    if not offset.terms:
        return buffer
    kind = ir.MemRefType(buffer.type)
    view = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], kind.element_type, memory_space=kind.memory_space)
    return ir.Operation.create("xpiler.view", results=[view], operands=[buffer, materialize(offset, forms.ranges.nonneg)]).result


def _complaint(op: ir.Operation) -> str:
    """What the verifier has against an operation, or nothing."""
    told: list[str] = []
    handler = op.context.attach_diagnostic_handler(lambda d: bool(told.append(d.message)) or True)
    try:
        op.verify()
    except ir.MLIRError as error:
        return next(iter([*told, *(d.message for d in error.error_diagnostics), str(error)]))
    finally:
        handler.detach()
    return ""
