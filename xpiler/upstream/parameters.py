"""Parameters as C has them: every buffer is `memref<?xT>` with its extent stated, every number has a C type.

A dimension known only at run time becomes an `int64_t` parameter at the end of the list, named after buffer and
dimension (`A_dim0`).
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.passes import place_of
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import entry, symbol_name
from xpiler.upstream.flat_buffer import PASSES_ON, STORES, FlatBuffer

CTYPES = {
    "f32": "float",
    "f64": "double",
    "f16": "half",
    "bf16": "bfloat16",
    "i1": "bool",
    "i8": "int8_t",
    "i16": "int16_t",
    "i32": "int",
    "i64": "int64_t",
    "index": "int64_t",
}


class Parameters:
    """The parameters of one function, which is a kernel or a launcher that hands them on."""

    def __init__(self, function: ir.Operation):
        self.function = function
        self.block = entry(function)
        self.attributes: list[ir.DictAttr] = []
        # What is at the top now may be replaced: code goes before an operation that stays.
        top = EmissionPoint(ir.InsertionPoint.at_block_begin(self.block), function.location).constant(0)
        self.emit = EmissionPoint(ir.InsertionPoint(top.owner), function.location)

    def flatten(self) -> None:
        """Rewrites all of them, in place.

        Raises Unsupported, naming parameter or operation, for a type or a use that C has no form for.
        """
        arguments = list(self.block.arguments)
        names = _names(self.function, arguments)
        self.attributes = [self._described(argument, name) for argument, name in zip(arguments, names, strict=True)]
        for argument, name in zip(arguments, names, strict=True):
            if isinstance(argument.type, ir.MemRefType):
                FlatBuffer(argument, self._sizes(argument, name), self.emit).flatten(states_extent=self._is_kernel())
            elif isinstance(argument.type, ir.IndexType):
                self._narrow(argument)
        types = [argument.type for argument in self.block.arguments]
        self.function.attributes["function_type"] = ir.TypeAttr.get(ir.FunctionType.get(types, []))
        self.function.attributes["arg_attrs"] = ir.ArrayAttr.get(self.attributes)

    def _is_kernel(self) -> bool:
        return "xpiler.kernel" in self.function.attributes

    def _described(self, argument: ir.BlockArgument, name: str) -> ir.DictAttr:
        pointer = isinstance(argument.type, ir.MemRefType)
        element = str(argument.type.element_type if pointer else argument.type)
        if element not in CTYPES or (pointer and element in ("i1", "index")):  # C has no array of either
            raise Unsupported(
                f"parameter '{name}' has type {argument.type}",
                place_of(self.function),
                f"expected numbers of {', '.join(CTYPES)}, and memrefs of C's numbers",
            )
        written = any(use.owner.operation.name in (*STORES, *PASSES_ON) for use in argument.uses)
        return _attributes(name, f"{'' if written else 'const '}{CTYPES[element]} *" if pointer else CTYPES[element])

    def _sizes(self, argument: ir.BlockArgument, name: str) -> list[ir.Value]:
        """The extent of each dimension: a constant, or a new parameter."""
        kind = argument.type
        if not kind.has_static_shape and not self._can_grow():
            raise Unsupported(
                f"parameter '{name}' has a run-time shape", place_of(self.function), "expected static shapes where gpu kernels are launched"
            )
        return [
            self._size_parameter(f"{name}_dim{dimension}") if kind.is_dynamic_dim(dimension) else self.emit.constant(kind.shape[dimension])
            for dimension in range(kind.rank)
        ]

    def _can_grow(self) -> bool:
        """Whether nobody in the module calls the function."""
        return self._is_kernel() and "gpu.kernel" not in self.function.attributes

    def _size_parameter(self, name: str) -> ir.Value:
        made = self.block.add_argument(ir.IntegerType.get_signless(64), ir.Location.name(name))
        self.attributes.append(_attributes(name, "int64_t"))
        return self.emit.cast(made, self.emit.index)

    def _narrow(self, argument: ir.BlockArgument) -> None:
        """An `index` parameter is an `int64_t`."""
        uses = [(use.owner.operation, use.operand_number) for use in argument.uses]
        argument.set_type(ir.IntegerType.get_signless(64))
        cast = self.emit.cast(argument, self.emit.index)
        for op, position in uses:
            if op.name not in PASSES_ON:
                op.operands[position] = cast


def _attributes(name: str, ctype: str) -> ir.DictAttr:
    return ir.DictAttr.get({"xpiler.name": ir.StringAttr.get(name), "xpiler.ctype": ir.StringAttr.get(ctype)})


def _names(function: ir.Operation, arguments: list[ir.BlockArgument]) -> list[str]:
    """The names that locations give, where each has its own; letters else."""
    given = [argument.location.name_str if argument.location.is_a_name() else "" for argument in arguments]
    taken = {symbol_name(function), ""}
    names = []
    for position, name in enumerate(given):
        names.append(name if name not in taken else _letter(position))
        taken |= {name, names[-1]}
    return names


def _letter(position: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[position % 26] + (str(position // 26) if position > 25 else "")
