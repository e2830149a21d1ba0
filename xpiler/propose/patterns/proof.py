"""The proof of a pattern, once and for all: @before and @after compared on symbols by the validator's executor.

Pointwise pairs are proved for all lengths: an element of the result depends on the same element of the operands alone,
by one expression on either side, and the two expressions have one normal form. What a builtin's name promises and no
real function keeps (`active_*`) is listed as an assumption, as everywhere. Every other pair is compared at the lengths
of SIZES, and is then validated again at each use.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import PassFailed, XpilerError
from xpiler.propose.patterns.pattern import Pattern, operations
from xpiler.propose.patterns.pointwise import is_pointwise, pointwise
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.verdict import Answer, Verdict

SECONDS = 20.0
SIZES = (1, 2, 7, 32)
FOR_ALL = "all lengths and all inputs"


def prove(pattern: Pattern) -> Answer:
    """The answer on a pattern; PROVED with the scope `FOR_ALL` where it holds once and for all."""
    if pattern.is_pdl:
        from xpiler.propose.patterns.pdl import prove as prove_pdl

        return prove_pdl(pattern)
    try:
        closed = _is_closed(pattern)
        return _compared(pattern, (2,) if closed else SIZES, FOR_ALL if closed else f"lengths {', '.join(map(str, SIZES))}")
    except PassFailed as error:
        return Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message)


def _is_closed(pattern: Pattern) -> bool:
    """Whether both sides are pointwise (functions of numbers are)."""
    if not any(isinstance(t, ir.MemRefType) for t in types_of(pattern.before)):
        return True
    pointwise(pattern.before)
    builtins = [op for op in operations(pattern.after) if op.name.startswith(f"{pattern.target}.")]
    others = [op for op in operations(pattern.after) if op not in builtins]
    if any(not op.name.startswith(("arith.constant", "memref.alloca", "func.return")) for op in others):
        return False
    count = pattern.after.regions[0].blocks[0].arguments[-1]
    return all(is_pointwise(op) and op.operands[-1] == count for op in builtins)


def types_of(function: ir.Operation) -> list[ir.Type]:
    """The types of a function's parameters."""
    return list(ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).inputs)


def _compared(pattern: Pattern, sizes: tuple[int, ...], scope: str) -> Answer:
    assumed: set[str] = set()
    try:
        for size in sizes:
            budget = Budget(SECONDS)
            expected, actual = (_run(pattern, name, size, budget) for name in ("before", "after"))
            wrong = _first_difference(expected, actual, NormalForm(budget))
            if wrong:
                return Answer(Verdict.UNSUPPORTED, f"@after is not shown equal to @before: {wrong}", scope)
            assumed |= expected.approximations | actual.approximations
    except OutOfTime:
        return Answer(Verdict.TIMEOUT, f"not decided within {SECONDS:g} seconds", scope)
    except Defect as defect:
        return Answer(Verdict.UNSUPPORTED, str(defect), scope)
    except (XpilerError, RecursionError) as error:
        return Answer(Verdict.UNSUPPORTED, str(error), scope)
    reals = "floats are real numbers, sums and products in any order; changes of width round"
    return Answer(Verdict.PROVED, scope=scope, assumptions=(reals, *(f"{name} is exact" for name in sorted(assumed))))


def _first_difference(expected: side.Outcome, actual: side.Outcome, forms: NormalForm) -> str:
    for position, buffer in expected.buffers.items():
        other, size = actual.buffers[position], side.element_size(buffer)
        for offset in sorted({*buffer.cells, *other.cells}):
            values = [b.final(offset // size) for b in (buffer, other)]
            if None in values or not forms.equal(values[0], values[1], buffer.element):
                return f"element {offset // size} of '{buffer.name}' is {values[1]}, expected {values[0]}"
    return ""


def _run(pattern: Pattern, name: str, size: int, budget: Budget) -> side.Outcome:
    module = ir.Module.parse(kernel_text(pattern, name), pattern.module.context)
    unit = side.Unit.of(module)
    names = [p.name for p in unit.parameters]
    integers = {p.name: size for p, t in zip(unit.parameters, unit.types, strict=True) if not p.is_pointer and t[0] == "i"}
    extents = {k: size * side_bytes(t) for k, (p, t) in enumerate(zip(unit.parameters, unit.types, strict=True)) if p.is_pointer}
    return side.run(module, unit, names, integers, extents, budget)


def side_bytes(element: str) -> int:
    """Bytes of an element type."""
    return int(element.lstrip("bif")) // 8


def kernel_text(pattern: Pattern, name: str) -> str:
    """A function of a pattern as a kernel that the executor takes: a function of numbers stores its result."""
    source = pattern.before if name == "before" else pattern.after
    types = types_of(source)
    results = ir.FunctionType(ir.TypeAttr(source.attributes["function_type"]).value).results
    arguments = [f'%a{k}: {t} {{xpiler.name = "a{k}"}}' for k, t in enumerate(types)]
    values = ", ".join(f"%a{k}" for k in range(len(types)))
    signature = ", ".join(map(str, types))
    if results:
        arguments.insert(0, f'%out: memref<?x{results[0]}> {{xpiler.name = "out"}}')
        body = f"%c = arith.constant 0 : index\n %r = func.call @{name}({values}) : ({signature}) -> {results[0]}\n"
        body += f"memref.store %r, %out[%c] : memref<?x{results[0]}>"
    else:
        body = f"func.call @{name}({values}) : ({signature}) -> ()"
    kernel = f"func.func @kernel({', '.join(arguments)}) attributes {{xpiler.kernel}} {{\n{body}\nreturn\n}}"
    names = ", ".join(a.partition(":")[0] for a in arguments)
    kinds = ", ".join(a.partition(": ")[2].partition(" {")[0] for a in arguments)
    host = f'func.func @host({", ".join(arguments)}) attributes {{xpiler.launcher = "host"}} {{\n%one = arith.constant 1 : i32\n'
    host += f"xpiler.launch @kernel tasks(%one, %one, %one) <block> args({names} : {kinds})\nreturn\n}}"
    # A task of BANG: what its builtins need of a thread, and nothing that other platforms' arithmetic would miss.
    return f'module attributes {{xpiler.target = #xpiler.target<"bang", arch = "mtp_592">}} {{\n{source}\n{kernel}\n{host}\n}}\n'
