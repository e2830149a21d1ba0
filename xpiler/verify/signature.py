"""What a launcher takes, read off the IR: parameters, and how many elements each pointer has for given sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify.sampling import ParameterInfo

NUMPY_TYPES = {
    "i1": "bool",
    "i8": "int8",
    "i16": "int16",
    "i32": "int32",
    "i64": "int64",
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
}


@dataclass(frozen=True)
class Callable:
    """A host function of the text: its symbol, parameters, and the functions of the IR that tell its extents."""

    symbol: str
    parameters: list[ParameterInfo]
    function: ir.Operation

    def extents(self, sizes: dict[str, int]) -> dict[str, int]:
        """Elements of every pointer parameter for these scalar values.

        Raises Unsupported, naming the parameter, where the IR does not tell.
        """
        scalars = {i: sizes[p.name] for i, p in enumerate(self.parameters) if p.name in sizes}
        known = _extents_stated(self.function, ScalarEvaluator(scalars))
        missing = [p.name for i, p in enumerate(self.parameters) if p.is_pointer and i not in known]
        if missing:
            raise Unsupported(f"the extent of parameter '{missing[0]}' is not known", hint=f"give it with --extent {missing[0]}=<elements>")
        return {p.name: known[i] for i, p in enumerate(self.parameters) if p.is_pointer}


def _extents_stated(function: ir.Operation, evaluate: ScalarEvaluator) -> dict[int, int]:
    """Argument position to elements, from `xpiler.extent` and host copies; the largest where several speak."""
    entry = function.regions[0].blocks[0]
    arguments = {a: i for i, a in enumerate(entry.arguments)}
    known: dict[int, int] = {}
    for operation in (op for op in inside(function) if op.name in ("xpiler.extent", "xpiler.copy")):
        *buffers, elements = operation.operands
        for position in (arguments[buffer] for buffer in buffers if buffer in arguments):
            known[position] = max(known.get(position, 0), int(evaluate(elements)))
    return known


STREAM = "!xpiler.stream"


def parameters_of(function: ir.Operation) -> list[ParameterInfo]:
    """The C parameters of a `func.func` that are data, by its argument attributes and types: a stream is none, wherever it stands."""
    kind = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value)
    attributes = ir.ArrayAttr(function.attributes["arg_attrs"]) if "arg_attrs" in function.attributes else [{}] * len(kind.inputs)
    return [
        _parameter(i, t, ir.DictAttr(a) if not isinstance(a, dict) else a)
        for i, (t, a) in enumerate(zip(kind.inputs, attributes, strict=True))
        if str(t) != STREAM
    ]


def _parameter(position: int, kind: ir.Type, attributes: ir.DictAttr | dict) -> ParameterInfo:
    name = ir.StringAttr(attributes["xpiler.name"]).value if "xpiler.name" in attributes else f"arg{position}"
    is_pointer = isinstance(kind, ir.MemRefType)
    element = str(ir.MemRefType(kind).element_type if is_pointer else kind)
    if element not in NUMPY_TYPES:
        raise Unsupported(f"parameter '{name}' has type {element}, which cannot be passed from the test harness")
    return ParameterInfo(name, NUMPY_TYPES[element], is_pointer)


def functions(module: ir.Module, marker: str) -> dict[str, ir.Operation]:
    """The module's functions that carry the attribute `marker`, by name."""
    found = {}
    for op in module.body.operations:
        operation = op.operation
        if operation.name == "func.func" and marker in operation.attributes:
            found[ir.StringAttr(operation.attributes["sym_name"]).value] = operation
    return found


def launchers(module: ir.Module, kind: str) -> dict[str, ir.Operation]:
    """The module's launchers on "host" or "device" pointers, by name."""
    found = functions(module, "xpiler.launcher")
    return {name: f for name, f in found.items() if ir.StringAttr(f.attributes["xpiler.launcher"]).value == kind}


def host_launcher(module: ir.Module) -> Callable | None:
    """The module's launcher on host pointers, if it has one: `K_kernel`, which every output has, or the first by name."""
    hosts = launchers(module, "host")
    if not hosts:
        return None
    ours = [f"{symbol}_kernel" for symbol in functions(module, "xpiler.kernel")]
    name = min(hosts.keys() & ours or hosts)  # a launcher of the source's may take a stream, which C has as a pointer
    return Callable(name, parameters_of(hosts[name]), hosts[name])


def kernel(module: ir.Module, name: str | None = None) -> Callable:
    """The kernel of the module: `name`, or the only one.

    Raises InvalidInput where there is none or several.
    """
    kernels = functions(module, "xpiler.kernel")
    if name is None and len(kernels) == 1:
        name = next(iter(kernels))
    if name not in kernels:
        raise InvalidInput(f"expected one kernel, got {', '.join(kernels) or 'none'}", hint="name one with --kernel")
    return Callable(name, parameters_of(kernels[name]), kernels[name])


def inside(operation: ir.Operation) -> Iterator[ir.Operation]:
    """Every operation inside one, in program order."""
    for region in operation.regions:
        for block in region:
            for op in block:
                yield op.operation
                yield from inside(op.operation)
