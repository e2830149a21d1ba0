"""Matrix fragments: values in the IR, variables that calls fill in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlir import ir

from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.carried import in_place
from xpiler.lowering.c_text.ctype import CType, scalar_type
from xpiler.lowering.c_text.expression import POSTFIX, Expr, leaf, merged
from xpiler.lowering.c_text.handlers import Handler
from xpiler.lowering.c_text.memory_ops import place
from xpiler.lowering.c_text.names import source_name

_TYPE = re.compile(r"!\w+\.fragment<(\w+), (\d+)x(\d+)x(\d+), ([\w.:]+)(?:, \"?(\w+)\"?)?>")
_ROLES = {"a": "matrix_a", "b": "matrix_b", "acc": "accumulator"}
_ELEMENTS = {"f16": "half", "bf16": "bfloat16", "f32": "float", "f64": "double", "i8": "signed char", "i32": "int"}


@dataclass(frozen=True)
class Fragments:
    """The fragment library of a platform: its dialect, namespace, header, and what must precede its use."""

    dialect: str
    namespace: str
    header: str
    prologue: str = ""

    def ctype(self, body: Body, kind: ir.Type) -> CType | None:
        """`wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major>`."""
        match = _TYPE.fullmatch(str(kind))
        if not match:
            return None
        role, m, n, k, element, layout = match.groups()
        body.file.include(self.header)
        if self.prologue:
            body.file.define(self.prologue, self.prologue)
        name = body.spell(CType("float", 16, _ELEMENTS[element])) if element in ("f16", "bf16") else _ELEMENTS.get(element, element)
        ending = f", {self.namespace}::{layout}_major" if layout else ""
        return CType("fragment", 0, f"{self.namespace}::fragment<{self.namespace}::{_ROLES[role]}, {m}, {n}, {k}, {name}{ending}>")

    def fresh(self, body: Body, op: ir.Operation) -> str:
        """The array's element that the result of `op` is stored to, else a variable declared for it: what a call then fills."""
        result = op.results[0]
        ctype = self.ctype(body, result.type)
        store = _only_stored(op)
        if store is not None:
            _, base, *indices = store.operands
            body.flush()
            body.given.add(store)
            return place(body, base, indices).text
        if result in body.destinations:
            body.flush()
            body.writable(result, body.destinations[result], ctype)
            return body.destinations[result]
        role = {"matrix_a": "a_fragment", "matrix_b": "b_fragment"}.get(ctype.name.split("::")[2].split(",")[0], "accumulator")
        name = body.names.claim(source_name(op.location) or role)
        body.flush()
        body.line(f"{ctype.name} {name};")
        body.writable(result, name, ctype)
        return name

    def fill(self, body: Body, op: ir.Operation) -> None:
        """`wmma::fill_fragment(f, x);`"""
        value = body.value(op.operands[0])
        body.line(f"{self.namespace}::fill_fragment({self.fresh(body, op)}, {value.text});")

    def load(self, body: Body, op: ir.Operation) -> None:
        """`wmma::load_matrix_sync(f, p, ld);`"""
        base, *indices, stride = op.operands
        pointer, ld = body.buffer(base).pointer(body.indices(indices)), body.value(stride)
        name = self.fresh(body, op)
        layout = keyword(op, "layout")
        ending = f", {self.namespace}::mem_{layout}_major" if layout and "accumulator" in body.values[op.results[0]].ctype.name else ""
        body.line(f"{self.namespace}::load_matrix_sync({name}, {pointer.text}, {ld.text}{ending});")

    def store(self, body: Body, op: ir.Operation) -> None:
        """`wmma::store_matrix_sync(p, f, ld, layout);`"""
        fragment, base, *indices, stride = op.operands
        pointer = body.buffer(base).pointer(body.indices(indices))
        layout = f"{self.namespace}::mem_{keyword(op, 'layout')}_major"
        body.statement(
            f"{self.namespace}::store_matrix_sync({pointer.text}, {body.value(fragment).text}, {body.value(stride).text}, {layout});"
        )

    def multiply(self, body: Body, op: ir.Operation) -> None:
        """`wmma::mma_sync(c, a, b, c);`, in place where the old accumulator is not read again."""
        a, b, c = (body.value(v) for v in op.operands)
        name = in_place(body, op, c) or self.fresh(body, op)
        body.line(f"{self.namespace}::mma_sync({name}, {a.text}, {b.text}, {c.text});")

    def get(self, body: Body, op: ir.Operation) -> Expr:
        """`f.x[i]`"""
        fragment, index = body.value(op.operands[0]), body.signed(op.operands[1])
        ctype = scalar_type(op.results[0].type)
        fields = {**merged((fragment, index)), "impure": True}
        return Expr(f"{fragment.within(POSTFIX)}.x[{index.text}]", ctype, POSTFIX, **fields)

    def set(self, body: Body, op: ir.Operation) -> None:
        """`f.x[i] = value;`"""
        value, fragment, index = body.value(op.operands[0]), body.value(op.operands[1]), body.signed(op.operands[2])
        name = in_place(body, op, fragment) or self.fresh(body, op)
        if name != fragment.text:
            body.line(f"{name} = {fragment.text};")
        body.line(f"{name}.x[{index.text}] = {value.text};")

    def size(self, body: Body, op: ir.Operation) -> Expr:
        """`fragment<...>::num_elements`"""
        kind = ir.TypeAttr(op.attributes["fragment"]).value
        return leaf(f"{self.ctype(body, kind).name}::num_elements", CType("int", 32, "int"), 1, 256)

    def handlers(self) -> dict[str, Handler]:
        """The handlers of the fragment operations."""
        table = {
            "fill": self.fill,
            "load": self.load,
            "store": self.store,
            "mma": self.multiply,
            "get": self.get,
            "set": self.set,
            "size": self.size,
        }
        return {f"{self.dialect}.fragment_{name}": handler for name, handler in table.items()}


def _only_stored(op: ir.Operation) -> ir.Operation | None:
    """The store to an array that is all that comes of an operation, and comes next."""
    uses = list(op.results[0].uses)
    if len(uses) != 1 or op.name.endswith("_set"):
        return None
    following = list(op.block.operations)
    store = following[following.index(op) + 1].operation
    return store if store == uses[0].owner.operation and store.name == "memref.store" and uses[0].operand_number == 0 else None
