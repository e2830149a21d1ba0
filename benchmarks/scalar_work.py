"""How much of a kernel is done by scalars: executed stores and steps of accumulators whose value is one number.

A store and a step of what a loop carries are the statements of a kernel; arithmetic between them belongs to them, and
subscripts and counters to nobody. Vector registers and builtins on buffers count nothing: what the shared form of a
source does by scalars and the output does not, the output does by builtins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mlir import ir

from xpiler.execution.scalar_evaluator import RULES, UNSIGNED, _compare, _unsigned, _wrap
from xpiler.raising.structure import kernels, launchers, symbol_name
from xpiler.transforms.rewriting import operations

LONGEST = 100_000  # iterations of one loop that are gone through one by one


class Varies(Exception):
    """Control depends on a variable of a loop that is not gone through."""


class Unknown:
    """A number that is not known: of data (`DATA`), or of a loop whose iterations are taken to be alike (`LOOP`)."""


DATA, LOOP = Unknown(), Unknown()
Number = int | float | bool | Unknown


def builtin_share(shared: ir.Module, output: ir.Module, sizes: tuple[int, ...]) -> float:
    """The share of the source's statement instances that the output does not do by scalars, launched with these sizes."""
    source = scalar_work(shared, sizes)
    return 1.0 if not source else max(0.0, 1.0 - scalar_work(output, sizes) / source)


def share_of_files(path: Path, platform: str, output: Path, target: str, sizes: tuple[int, ...]) -> float:
    """The same for a source text and that of its translation."""
    from xpiler import frontend, raising

    return builtin_share(raising.raise_module(frontend.read(path, platform)), frontend.read(output, target), sizes)


def scalar_work(module: ir.Module, sizes: tuple[int, ...]) -> int:
    """Executed scalar statements of what the module's host launcher calls, with its scalar parameters in order."""
    functions = {symbol_name(f): f for f in operations(module.body) if f.name == "func.func"}
    launcher = _launcher(module, len(sizes))
    return Counting(functions).function(launcher, dict(zip(_scalars(launcher), sizes, strict=True)))


def _launcher(module: ir.Module, sizes: int) -> ir.Operation:
    """The function on host pointers with so many sizes; in C, the kernel itself where nothing else launches it."""
    host = [f for f in launchers(module) if ir.StringAttr(f.attributes["xpiler.launcher"]).value == "host"]
    return next(f for f in (*host, *kernels(module)) if len(_scalars(f)) == sizes)


def _scalars(function: ir.Operation) -> list[ir.Value]:
    return [p for p in function.regions[0].blocks[0].arguments if not isinstance(p.type, ir.MemRefType)]


@dataclass
class Counting:
    """Walks functions with numbers for their scalars."""

    functions: dict[str, ir.Operation]
    known: dict[ir.Value, Number] = field(default_factory=dict)
    tasks: tuple[int, int] = (0, 1)  # this one, of so many

    def function(self, function: ir.Operation, arguments: dict[ir.Value, Number]) -> int:
        """Statements of one call."""
        self.known.update(arguments)
        return self._block(function.regions[0].blocks[0])

    def _block(self, block: ir.Block) -> int:
        return sum(self._operation(op) for op in operations(block))

    def _operation(self, op: ir.Operation) -> int:
        if op.name == "memref.store":
            return 0 if isinstance(op.operands[0].type, ir.VectorType) else 1
        if op.name in ("memref.atomic_rmw", "memref.generic_atomic_rmw"):
            return 1
        if op.name == "scf.for":
            return self._for(op)
        if op.name in ("scf.forall", "scf.parallel"):
            return self._forall(op)
        if op.name == "scf.if":
            return self._if(op)
        if op.name == "scf.while":
            return self._while(op)
        if op.name in ("xpiler.launch", "xpiler.call", "func.call"):
            return self._call(op)
        if len(op.regions):
            return sum(self._block(block) for region in op.regions for block in region.blocks)
        self._evaluate(op)
        return 0

    # numbers

    def _number(self, value: ir.Value) -> Number:
        return self.known.get(value, DATA)

    def _evaluate(self, op: ir.Operation) -> None:
        if len(op.results) != 1 or not isinstance(op.results[0].type, (ir.IntegerType, ir.IndexType, ir.FloatType)):
            return
        self.known[op.results[0]] = self._value(op)

    def _value(self, op: ir.Operation) -> Number:
        if op.name == "arith.constant":
            return op.attributes["value"].value
        if op.name == "bang.index":
            return self._index(str(op.attributes["kind"]))
        operands = [self._number(v) for v in op.operands]
        if op.name == "arith.select" and not isinstance(operands[0], Unknown):
            return operands[1] if operands[0] else operands[2]
        unknown = [v for v in operands if isinstance(v, Unknown)]
        if unknown or (op.name not in RULES and op.name != "arith.cmpi"):
            return LOOP if LOOP in unknown else DATA
        if op.name == "arith.cmpi":
            return _compare(op, operands)
        if op.name in UNSIGNED:
            operands = _unsigned(op, operands)
        try:
            return _wrap(RULES[op.name](*operands), op.results[0].type)
        except (ZeroDivisionError, ValueError):
            return DATA

    def _index(self, kind: str) -> Number:
        mine, many = self.tasks
        return next((number for word, number in (("task_dim", many), ("task_id", mine)) if word in kind), DATA)

    # control

    def _for(self, op: ir.Operation) -> int:
        lower, upper, step = (self._number(v) for v in list(op.operands)[:3])
        _alike(lower, upper, step)
        block = op.regions[0].blocks[0]
        many = 1 if DATA in (lower, upper, step) else len(range(lower, upper, step))
        each = sum(_is_accumulator(argument, block) for argument in list(block.arguments)[1:])
        own = block.arguments[0]
        return many * each + self._times(many, lambda i: {own: lower + i * step if DATA not in (lower, step) else DATA}, block)

    def _forall(self, op: ir.Operation) -> int:
        from xpiler.analysis.forms import forall_bounds

        block = op.regions[0].blocks[0]
        bounds = [tuple(self._of_bound(b) for b in bound) for bound in forall_bounds(op.opview)]
        return self._dimensions(list(zip(block.arguments, bounds, strict=False)), block)

    def _of_bound(self, bound: ir.Value | int) -> Number:
        return bound if isinstance(bound, int) else self._number(bound)

    def _dimensions(self, dimensions: list, block: ir.Block) -> int:
        if not dimensions:
            return self._block(block)
        (argument, (lower, upper, step)), *inner = dimensions
        _alike(lower, upper, step)
        many = len(range(lower, upper, step)) if DATA not in (lower, upper, step) else 1
        return self._times(many, lambda i: {argument: lower + i * step}, lambda: self._dimensions(inner, block))

    def _times(self, many: int, numbers, body) -> int:
        """A body so many times: once for all where its control is the same each time."""
        count = body if callable(body) else lambda: self._block(body)
        if not many:
            return 0
        if many > 1:
            try:
                self.known.update(dict.fromkeys(numbers(0), LOOP))
                return many * count()
            except Varies:
                pass
        taken = range(many) if many <= LONGEST else range(0, many, many // LONGEST + 1)
        total = 0
        for i in taken:
            self.known.update(numbers(i))
            total += count()
        return total * many // len(taken)

    def _if(self, op: ir.Operation) -> int:
        condition = self._number(op.operands[0])
        _alike(condition)
        blocks = [region.blocks[0] if len(region.blocks) else None for region in op.regions]
        if condition is DATA:
            return max(self._block(b) if b else 0 for b in blocks)
        taken = blocks[0] if condition else blocks[1]
        work = self._block(taken) if taken else 0
        if taken and len(op.results):
            yielded = list(operations(taken))[-1].operands
            self.known.update((result, self._number(v)) for result, v in zip(op.results, yielded, strict=True))
        return work

    def _while(self, op: ir.Operation) -> int:
        """Gone through as long as its condition is a number."""
        before, after = (region.blocks[0] for region in op.regions)
        each = sum(_is_accumulator(a, after) for a in after.arguments)
        carried, total = [self._number(v) for v in op.operands], 0
        for _ in range(LONGEST):
            self.known.update(zip(before.arguments, carried, strict=True))
            total += self._block(before)
            condition, *passed = (self._number(v) for v in list(operations(before))[-1].operands)
            _alike(condition)
            if not isinstance(condition, Unknown) and not condition:
                break
            self.known.update(zip(after.arguments, passed, strict=True))
            total += each + self._block(after)
            carried = [self._number(v) for v in list(operations(after))[-1].operands]
            if condition is DATA:
                break
        return total

    def _call(self, op: ir.Operation) -> int:
        callee = self.functions[ir.FlatSymbolRefAttr(op.attributes["callee" if "callee" in op.attributes else "kernel"]).value]
        parameters = list(callee.regions[0].blocks[0].arguments)
        operands = list(op.operands)
        given = operands[-len(parameters) :] if parameters else []
        arguments = {p: self._number(v) for p, v in zip(parameters, given, strict=True)}
        if op.name != "xpiler.launch":
            return self.function(callee, arguments)
        many = self._launched(op)
        total = 0
        for task in range(many):
            inside = Counting(self.functions, tasks=(task, many))
            total += inside.function(callee, arguments)
        return total

    def _launched(self, op: ir.Operation) -> int:
        first, *_ = list(op.operands)
        number = self._number(first)
        _alike(number)
        return 1 if isinstance(number, Unknown) else number


def _alike(*numbers: Number) -> None:
    if LOOP in numbers:
        raise Varies


def _is_accumulator(argument: ir.Value, block: ir.Block) -> bool:
    """Whether a carried value is one number of data: no vector, no subscript, no counter that grows by a constant."""
    if not isinstance(argument.type, (ir.FloatType, ir.IntegerType)):
        return False
    if isinstance(argument.type, ir.FloatType):
        return True
    following = list(operations(block))[-1].operands
    position = argument.arg_number - (len(block.arguments) - len(following))
    made = following[position].owner if position >= 0 else None
    made = getattr(made, "operation", made)
    return made is not None and getattr(made, "name", "") not in ("arith.addi", "arith.subi")
