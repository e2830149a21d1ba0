"""Block arrays whose size the kernel's parameters give: parts of the shared memory that the launch asks for."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.index_arithmetic import add, as_i32, integer, mul
from xpiler.lowering.slices import depends_on_parameters_only, rebuilt
from xpiler.transforms.rewriting import Mapping

_ALIGNMENT = 16


@dataclass
class DynamicArrays:
    """The arrays so far: the elements of each (a value of the kernel) and the bytes of an element."""

    function: ir.Operation
    dialect: str
    sizes: list[tuple[ir.Value, int]] = field(default_factory=list)

    def place(self, alloca: ir.Operation) -> None:
        """Replaces an allocation by a view of the launch's shared memory, behind the arrays before it.

        Raises Unsupported where a launcher cannot compute the size.
        """
        (elements,) = alloca.operands
        if not depends_on_parameters_only(elements, self.function):
            raise Unsupported("an array whose size only the kernel knows has no place in shared memory", place_of(alloca.location))
        kind = ir.MemRefType(alloca.results[0].type)
        memory = self._memory(kind.context)
        space = ir.Attribute.parse(f"#{self.dialect}.space<shared>", kind.context)
        with ir.InsertionPoint(alloca), alloca.location:
            start = bytes_of(self.sizes, {}, aligned=True)
            seen = ir.MemRefType.get(kind.shape, kind.element_type, memory_space=space)
            view = ir.Operation.create("xpiler.view", results=[seen], operands=[memory, start]).result
        self.sizes.append((elements, -(-kind.element_type.width // 8)))
        alloca.results[0].replace_all_uses_with(view)
        alloca.erase()

    def _memory(self, context: ir.Context) -> ir.Value:
        """The byte array, named once at the kernel's top."""
        top = self.function.regions[0].blocks[0].operations[0].operation
        name = f"{self.dialect}.dynamic_shared"
        if top.name == name:
            return top.results[0]
        space = ir.Attribute.parse(f"#{self.dialect}.space<shared>", context)
        with ir.InsertionPoint(top), ir.Location.unknown(context):
            bytes_ = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], ir.IntegerType.get_signless(8), memory_space=space)
            return ir.Operation.create(name, results=[bytes_]).result


def bytes_of(sizes: list[tuple[ir.Value, int]], mapping: Mapping, *, aligned: bool = False) -> ir.Value:
    """The bytes of arrays one behind the other, as an index at the insertion point, where `mapping` has the kernel's parameters."""
    total = integer(0, ir.IndexType.get())
    for position, (elements, width) in enumerate(sizes):
        count = rebuilt(elements, mapping, ir.InsertionPoint.current) if mapping else elements
        total = add(total, mul(count, integer(width, count.type)))
        if aligned or position + 1 < len(sizes):
            total = mul(arith.CeilDivSIOp(total, integer(_ALIGNMENT, total.type)).result, integer(_ALIGNMENT, total.type))
    return total


def launch_bytes(sizes: list[tuple[ir.Value, int]], mapping: Mapping) -> ir.Value:
    """The same as the launch's i32 operand."""
    return as_i32(bytes_of(sizes, mapping))
