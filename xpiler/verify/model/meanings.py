"""Operations by their meaning: `dialects/*/semantics.mlir` instantiated, compiled once, and run like any function."""

from __future__ import annotations

from functools import lru_cache

from mlir import ir

from xpiler.dialects.semantics import Wanted, instantiate
from xpiler.dialects.words import word
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.control import call
from xpiler.verify.model.memory import SIZES, Buffer, Pointer
from xpiler.verify.model.program import Compiler, Program, Registers, Step, Thread, compiles, place_of
from xpiler.verify.model.scalar_ops import element_of
from xpiler.verify.terms.term import Value


def meaning_of(wanted: Wanted, op: ir.Operation, **constants: int) -> Program:
    """The compiled meaning of an operation; NotModelled, by name, where it has none."""
    text = instantiate(wanted, **constants)
    if text is None:
        raise NotModelled(f"'{wanted}' has no meaning")
    return _program(text, op.context)


@lru_cache(maxsize=256)
def _program(text: str, context: ir.Context) -> Program:
    with context:
        return Program(ir.Module.parse(text))


def run_meaning(program: Program, arguments: list, thread: Thread) -> list:
    """Runs a compiled meaning as part of a thread."""
    return call(program.functions["meaning"], arguments, thread)


def array(lanes: list[Value] | tuple[Value, ...], type_: str) -> Pointer:
    """A fresh array that holds the lanes."""
    size = SIZES[type_]
    cells = {size * i: (type_, lane) for i, lane in enumerate(lanes)}
    return Pointer(Buffer("lanes", type_, size * len(lanes), cells=cells), 0)


def lanes_of(pointer: Pointer, count: int) -> tuple[Value, ...]:
    """What an array holds, every lane of it written."""
    values = tuple(pointer.buffer.final(i) for i in range(count))
    if any(v is None for v in values):
        raise NotModelled("a meaning that leaves lanes of its result unwritten")
    return values


@compiles("cuda.approx", "hip.approx", "cuda.approx_binary", "hip.approx_binary")
def _approximate(compiler: Compiler, op: ir.Operation) -> Step:
    """The exact function; the error is an assumption of the answer."""
    kind = word(op.attributes["kind"])
    program = meaning_of(Wanted(op.name, (kind,), types=tuple(element_of(v.type) for v in op.operands)), op)
    operands, result = compiler.registers(op.operands), compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        thread.machine.approximations.add(f"{op_name}<{kind}>")
        (registers[result],) = run_meaning(program, [registers[r] for r in operands], thread)

    op_name = op.name
    return run


@compiles("vnni.*")
def _on_vectors(compiler: Compiler, op: ir.Operation) -> Step:
    """Operands and result as arrays of lanes."""
    if len(op.results) != 1 or not all(isinstance(v.type, ir.VectorType) for v in (*op.operands, *op.results)):
        raise NotModelled(f"'{op.name}' on something else than vectors")
    types = [element_of(v.type) for v in (*op.operands, *op.results)]
    kinds = (word(op.attributes["kind"]),) if "kind" in op.attributes else ()
    program = meaning_of(Wanted(op.name, kinds, types=tuple(types)), op)
    operands, result = compiler.registers(op.operands), compiler.register(op.results[0])
    count, where = ir.VectorType(op.results[0].type).shape[0], place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where or thread.where
        into = Pointer(Buffer("result", types[-1], SIZES[types[-1]] * count), 0)
        arrays = [array(registers[r], type_) for r, type_ in zip(operands, types, strict=False)]
        run_meaning(program, [*arrays, into], thread)
        registers[result] = lanes_of(into, count)

    return run


@compiles("cuda.atomic", "hip.atomic")
def _atomic(compiler: Compiler, op: ir.Operation) -> Step:
    """One indivisible update; its result is an unknown (model.memory_ops)."""
    kind, type_ = word(op.attributes["kind"]), str(op.operands[0].type)
    program = meaning_of(Wanted(op.name, (kind,), types=(type_,)), op)
    operands, result, where = compiler.registers(op.operands), compiler.register(op.results[0]), place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where or thread.where
        (registers[result],) = run_meaning(program, [registers[r] for r in operands], thread)

    return run
