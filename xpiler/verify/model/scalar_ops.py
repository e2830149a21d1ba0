"""arith, math and index operations, on scalars and lane by lane on vectors."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model import integers, reals
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles
from xpiler.verify.terms.term import Value, make, undefined

Function = Callable[..., Value]


def element_of(type_: ir.Type) -> str:
    """The element type of a scalar or of a vector of one dimension."""
    if isinstance(type_, ir.VectorType):
        if len(ir.VectorType(type_).shape) != 1:
            raise NotModelled("a vector of several dimensions")
        return str(ir.VectorType(type_).element_type)
    return str(type_)


def elementwise(compiler: Compiler, op: ir.Operation, function: Function) -> Step:
    """Applies a function of scalars, to each lane where the result is a vector."""
    operands = compiler.registers(op.operands)
    result = compiler.register(op.results[0])
    if isinstance(op.results[0].type, ir.VectorType):

        def run_lanes(registers: Registers, thread: Thread) -> None:
            registers[result] = tuple(function(*lane) for lane in zip(*(registers[r] for r in operands), strict=True))

        return run_lanes
    if len(operands) == 2:
        first, second = operands

        def run_binary(registers: Registers, thread: Thread) -> None:
            registers[result] = function(registers[first], registers[second])

        return run_binary

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = function(*(registers[r] for r in operands))

    return run


def scalar_function(op: ir.Operation) -> Function:
    """What an arith or math operation does to scalars; NotModelled, by name, where nothing is known."""
    name = op.name.removeprefix("arith.")
    source = element_of(op.operands[0].type)
    target = element_of(op.results[0].type)
    if name in integers.BINARY:
        return integers.binary(
            name, integers.width_of(target), "nsw" in str(op.attributes["overflowFlags"]) if "overflowFlags" in op.attributes else False
        )
    if name in ("cmpi", "cmpf"):
        predicate = ir.IntegerAttr(op.attributes["predicate"]).value
        return integers.comparison(predicate, integers.width_of(source)) if name == "cmpi" else reals.compared(predicate)
    function = reals.operation(op.name, target)
    if function is None:
        function = _conversion(name, source, target)
    if function is None:
        raise NotModelled(f"'{op.name}' has no meaning in the model")
    return function


def _conversion(name: str, source: str, target: str) -> Function | None:
    if name in ("extsi", "extui", "index_cast", "index_castui"):
        widths = integers.width_of(source), integers.width_of(target)
        if widths[0] > widths[1]:
            return integers.truncation(*widths)
        return (lambda a: a) if widths[0] == widths[1] else integers.extension(name in ("extsi", "index_cast"), *widths)
    if name == "trunci":
        return integers.truncation(integers.width_of(source), integers.width_of(target))
    if name == "extf":
        return lambda a: a
    if name == "truncf":
        return reals.narrowed(target)
    if name in ("sitofp", "uitofp"):
        return reals.from_integer(name == "sitofp", integers.width_of(source), target)
    if name == "math.absi":
        return integers.magnitude(integers.width_of(target))
    if name in ("fptosi", "fptoui"):
        return reals.to_integer(name == "fptosi", integers.width_of(target))
    if name == "bitcast":
        return lambda a: make("bitcast", source, target, a)
    return None


@compiles("arith.*", "math.*")
def _scalar(compiler: Compiler, op: ir.Operation) -> Step:
    return elementwise(compiler, op, scalar_function(op))


@compiles("arith.select")
def _select(compiler: Compiler, op: ir.Operation) -> Step:
    condition, yes, no = compiler.registers(op.operands)
    result = compiler.register(op.results[0])
    lanewise = isinstance(op.operands[0].type, ir.VectorType)
    is_vector = isinstance(op.results[0].type, ir.VectorType)

    def choose(c: Value, a: Value, b: Value) -> Value:
        if isinstance(c, int):
            return a if c else b
        return a if a is b else make("select", c, a, b)

    def run(registers: Registers, thread: Thread) -> None:
        c, a, b = registers[condition], registers[yes], registers[no]
        if lanewise:
            registers[result] = tuple(map(choose, c, a, b))
        elif is_vector and not isinstance(c, int):
            registers[result] = tuple(choose(c, x, y) for x, y in zip(a, b, strict=True))
        else:
            registers[result] = choose(c, a, b)

    return run


@compiles("arith.constant")
def _constant(compiler: Compiler, op: ir.Operation) -> Step:
    result = compiler.register(op.results[0])
    value = literal(op.attributes["value"], op.results[0].type)

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = value

    return run


def literal(attribute: ir.Attribute, type_: ir.Type) -> Value | tuple[Value, ...]:
    """The value of a constant."""
    if isinstance(type_, ir.VectorType):
        lanes = ir.VectorType(type_).shape[0]
        element = ir.VectorType(type_).element_type
        dense = ir.DenseElementsAttr(attribute)
        if dense.is_splat:
            return (literal(dense.get_splat_value(), element),) * lanes
        if str(element)[0] != "i":
            return tuple(reals.literal(v) for v in ir.DenseFPElementsAttr(attribute))
        return tuple(integers.wrapped(int(v), integers.width_of(str(element))) for v in ir.DenseIntElementsAttr(attribute))
    name = str(type_)
    if name[0] == "i":
        number = attribute.value
        return integers.wrapped(int(number), integers.width_of(name))
    return reals.literal(ir.FloatAttr(attribute).value)


@compiles("ub.poison")
def _poison(compiler: Compiler, op: ir.Operation) -> Step:
    result = compiler.register(op.results[0])
    type_ = op.results[0].type
    lanes = ir.VectorType(type_).shape[0] if isinstance(type_, ir.VectorType) else 0

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = tuple(undefined() for _ in range(lanes)) if lanes else undefined()

    return run
