"""What a launcher takes, read off the IR: parameters, and how many elements each pointer has for given sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.execution.bfloat16 import NAME
from xpiler.execution.process import DeviceArray
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.platforms.names import HOST_PLATFORMS
from xpiler.verify.fractions import fractions
from xpiler.verify.plain_numbers import addends, plain_numbers
from xpiler.verify.sampling import ParameterInfo
from xpiler.verify.thresholds import thresholds

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
class Convention:
    """How a function takes its arguments: where its buffers lie, and the positions of handles (streams) among its parameters."""

    on_device: bool = False
    handles: tuple[int, ...] = ()

    def passed(self, parameters: list[ParameterInfo], made: list[object]) -> list[object]:
        """The arguments of a call, for the values of the parameters that are data; every handle is null, the default stream."""
        values = [DeviceArray(v, p.name) if self.on_device and p.is_pointer else v for p, v in zip(parameters, made, strict=True)]
        for position in self.handles:
            values.insert(position, None)
        return values


ON_HOST = Convention()


@dataclass(frozen=True)
class Callable:
    """A host function of the text: its symbol, parameters, and the functions of the IR that tell its extents."""

    symbol: str
    parameters: list[ParameterInfo]
    function: ir.Operation
    convention: Convention = ON_HOST

    def extents(self, sizes: dict[str, int]) -> dict[str, int]:
        """Elements of every pointer parameter for these scalar values.

        Raises Unsupported, naming the parameter, where the IR does not tell.
        """
        placed = list(zip(data_positions(self.function), self.parameters, strict=False))
        known = extents_stated(self.function, ScalarEvaluator({i: sizes[p.name] for i, p in placed if p.name in sizes}))
        missing = [p.name for i, p in placed if p.is_pointer and i not in known]
        if missing:
            raise Unsupported(f"the extent of parameter '{missing[0]}' is not known", hint=f"give it with --extent {missing[0]}=<elements>")
        return {p.name: known[i] for i, p in placed if p.is_pointer}


def extents_stated(function: ir.Operation, evaluate: ScalarEvaluator) -> dict[int, int]:
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
STATED = "xpiler.stated"  # a launcher that a library of the text has not, or not with these parameters
UNIT = "xpiler.unit"  # the launcher of a module that is compared, where one was chosen


def parameters_of(function: ir.Operation) -> list[ParameterInfo]:
    """The C parameters of a `func.func` that are data, by its argument attributes and types."""
    kind = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value)
    numbers, added = {**plain_numbers(function), **thresholds(function)}, addends(function)
    found, parts = ((i, _parameter(i, kind.inputs[i], _described(function, i))) for i in data_positions(function)), fractions(function)
    return [replace(p, values=numbers.get(i, ()), least=int(i not in added), is_fraction=i in parts) for i, p in found]


def data_positions(function: ir.Operation) -> tuple[int, ...]:
    """The positions of parameters that are data: a stream is none, nor is a launcher's `void *` that nothing uses, as C has streams."""
    kinds = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).inputs
    return tuple(i for i, t in enumerate(kinds) if str(t) != STREAM and not _is_unused_handle(function, i))


def _is_unused_handle(function: ir.Operation, position: int) -> bool:
    described = _described(function, position)
    if not ("xpiler.launcher" in function.attributes or _is_of_host(function.parent)) or "xpiler.ctype" not in described:
        return False
    argument = function.regions[0].blocks[0].arguments[position]
    return ir.StringAttr(described["xpiler.ctype"]).value == "void *" and not any(True for _ in argument.uses)


def _is_of_host(module: ir.Operation | None) -> bool:
    """Whether functions of a module are called as they are, as those of C are."""
    return module is not None and module.operation.name == "builtin.module" and _platform(module.operation) in HOST_PLATFORMS


def _platform(module: ir.Operation) -> str:
    attributes = module.attributes
    return str(attributes["xpiler.target"]).split('"')[1] if "xpiler.target" in attributes else ""


def _described(function: ir.Operation, position: int) -> ir.DictAttr | dict:
    return ir.DictAttr(function.attributes["arg_attrs"][position]) if "arg_attrs" in function.attributes else {}


def convention_of(function: ir.Operation) -> Convention:
    """How a launcher or kernel of the text is called."""
    count = len(ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).inputs)
    handles = tuple(sorted(set(range(count)) - set(data_positions(function))))
    return Convention(kind_of(function) == "device", handles)


def _parameter(position: int, kind: ir.Type, attributes: ir.DictAttr | dict) -> ParameterInfo:
    name = ir.StringAttr(attributes["xpiler.name"]).value if "xpiler.name" in attributes else f"arg{position}"
    is_pointer = isinstance(kind, ir.MemRefType)
    element = str(ir.MemRefType(kind).element_type if is_pointer else kind)
    if element == "bf16" and is_pointer:
        return ParameterInfo(name, NAME, is_pointer)
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
    return {name: f for name, f in all_launchers(module).items() if kind_of(f) == kind}


def all_launchers(module: ir.Module) -> dict[str, ir.Operation]:
    """The module's launchers of both kinds, by name."""
    return functions(module, "xpiler.launcher")


def entries(module: ir.Module) -> dict[str, ir.Operation]:
    """What a host can call: the launchers, and in C every kernel, by name."""
    kernels = functions(module, "xpiler.kernel") if _platform(module.operation) in HOST_PLATFORMS else {}
    return {**kernels, **all_launchers(module)}


def kind_of(function: ir.Operation) -> str:
    """Where a launcher's buffers lie, "host" or "device"; "" where the function is no launcher."""
    return ir.StringAttr(function.attributes["xpiler.launcher"]).value if "xpiler.launcher" in function.attributes else ""


def symbol(function: ir.Operation) -> str:
    """A function's name."""
    return ir.StringAttr(function.attributes["sym_name"]).value


def launched(function: ir.Operation) -> set[str]:
    """The kernels that a launcher launches or calls."""
    starts = [op for op in inside(function) if op.name in ("xpiler.launch", "xpiler.call")]
    return {ir.FlatSymbolRefAttr(op.attributes["kernel"]).value for op in starts}


def chosen(module: ir.Module) -> str:
    """The launcher that a module is compared by: the one that was chosen, else one on host pointers before others; "" for none."""
    attributes = module.operation.attributes
    name = ir.StringAttr(attributes[UNIT]).value if UNIT in attributes else ""
    hosts, devices = launchers(module, "host"), launchers(module, "device")
    ours = [f"{kernel}_kernel" for kernel in functions(module, "xpiler.kernel")]
    return name or min(hosts.keys() & ours or hosts or devices, default="")


def host_launcher(module: ir.Module) -> Callable | None:
    """The module's launcher on host pointers, if it has one: `K_kernel`, which every output has, or the first by name."""
    hosts = launchers(module, "host")
    if not hosts:
        return None
    ours = [f"{kernel}_kernel" for kernel in functions(module, "xpiler.kernel")]
    return _callable(hosts[min(hosts.keys() & ours or hosts)])


def callable_launcher(module: ir.Module) -> Callable | None:
    """The launcher that a module is compared by, where its text has it."""
    function = all_launchers(module).get(chosen(module))
    return None if function is None or STATED in function.attributes else _callable(function)


def _callable(function: ir.Operation) -> Callable:
    return Callable(symbol(function), parameters_of(function), function, convention_of(function))


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


def entry(module: ir.Module, platform: str) -> Callable:
    """The host launcher of a module, or its kernel where the platform needs no launch. Raises Unsupported where there is none."""
    found = host_launcher(module)
    if found is None and platform not in HOST_PLATFORMS:
        raise Unsupported("the text has no host launcher", hint="a proposal is judged by what its launcher computes")
    return found or kernel(module)


def described(operation: ir.Operation) -> tuple[tuple[str, str], ...]:
    """What an operation says beside its operands; how many operands of each kind it has differs by the stream."""
    return tuple(sorted((name, str(operation.attributes[name])) for name in operation.attributes if name != "operandSegmentSizes"))


def inside(operation: ir.Operation) -> Iterator[ir.Operation]:
    """Every operation inside one, in program order."""
    for region in operation.regions:
        for block in region:
            for op in block:
                yield op.operation
                yield from inside(op.operation)
