"""A trial: one operation as meanings of `semantics.mlir` and as platform text, over the same named arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from mlir import ir
from mlir.passmanager import PassManager
from semantics_operands import difference

from xpiler.dialects import context
from xpiler.dialects.semantics import Wanted, instantiate
from xpiler.execution.jit import CompiledModule

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Row:
    """One operation: its meaning, the platform text that stands for it, and where the two differ."""

    operation: str
    builtin: str
    difference: str


@dataclass(frozen=True)
class Search:
    """Which operations are tried, on how many draws of operands, from which seed."""

    only: str
    rounds: int
    seed: int

    def draws(self, index: int) -> Iterator[np.random.Generator]:
        """A generator of numbers for each draw of operands of the operation at `index`."""
        return (np.random.default_rng([self.seed, index, draw]) for draw in range(self.rounds))


@dataclass(frozen=True)
class Step:
    """A meaning and its arguments: names of arrays, or numbers. `over` calls it once for each element: scalars then come from arrays."""

    wanted: Wanted
    arguments: tuple[str | int | float, ...]
    constants: dict[str, int] = field(default_factory=dict)
    over: int = 0


@dataclass(frozen=True)
class Trial:
    """One operation. `text` is the body of a function whose parameters are pointers to `parameters` (C type, array)."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    text: str
    steps: tuple[Step, ...]
    results: tuple[str, ...]
    draw: Callable[[np.random.Generator], Arrays]
    close: str = "exact"
    lanes: int = 32
    target: str = ""  # the architecture it is built for


def compiled_meaning(wanted: Wanted, constants: dict[str, int], over: int = 0) -> CompiledModule:
    """The compiled meaning, its calls inlined as raising inlines them; with `over` a function `each` calls it for every element."""
    text = instantiate(replace(wanted, op=wanted.op.replace("simt.", "cuda.")), **constants)
    if text is None:
        raise LookupError(f"no meaning for {wanted}")
    ctx = context()
    with ctx, ir.Location.unknown():
        module = ir.Module.parse(text)
        if over:
            module = ir.Module.parse(text.removesuffix("}\n") + _each(module, over) + "}\n")
        PassManager.parse("builtin.module(inline,symbol-dce)").run(module.operation)
    return CompiledModule(module, optimise=0)


def _each(module: ir.Module, count: int) -> str:
    """A function that takes each scalar of the meaning from an array, and puts a result into one."""
    function = next(op for op in module.body.operations if op.sym_name.value == "meaning")
    inputs, results = ([str(type_) for type_ in types] for types in (function.type.inputs, function.type.results))
    given = [type_ if type_.startswith("memref") else f"memref<?x{type_}>" for type_ in inputs]
    parameters = [f"%p{i}: {type_}" for i, type_ in enumerate([*given, *(f"memref<?x{type_}>" for type_ in results)])]
    values = [f"%p{i}" if type_.startswith("memref") else f"%x{i}" for i, type_ in enumerate(inputs)]
    loads = [f"%x{i} = memref.load %p{i}[%i] : {given[i]}" for i, value in enumerate(values) if value.startswith("%x")]
    call = f"func.call @meaning({', '.join(values)}) : ({', '.join(inputs)}) -> ({', '.join(results)})"
    body = [*loads, f"%r = {call}", f"memref.store %r, %p{len(inputs)}[%i] : memref<?x{results[0]}>"] if results else [*loads, call]
    lines = "\n    ".join(body)
    return f"""func.func @each({", ".join(parameters)}) {{
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %end = arith.constant {count} : index
  scf.for %i = %first to %end step %one {{
    {lines}
  }}
  return
}}
"""


class Meaning:
    """The steps of a trial, compiled."""

    def __init__(self, trial: Trial):
        self._steps = [(step, compiled_meaning(step.wanted, step.constants, step.over)) for step in trial.steps]

    def run(self, arrays: Arrays) -> None:
        """Changes the arrays as the operation does."""
        for step, compiled in self._steps:
            arguments = [arrays[a] if isinstance(a, str) else a for a in step.arguments]
            compiled.run("each" if step.over else "meaning", arguments)


def first_difference(trial: Trial, index: int, search: Search, simulate: Callable[[Arrays], str]) -> str:
    """Where the two sides differ first; `simulate` runs the text on the arrays and says what the simulator finds, if anything."""
    meaning = Meaning(trial)
    for generator in search.draws(index):
        ours = trial.draw(generator)
        theirs = {name: array.copy() for name, array in ours.items()}
        if found := simulate(theirs):
            return found
        meaning.run(ours)
        for name in trial.results:
            if found := difference(trial.close, ours[name], theirs[name]):
                return f"{name}: {found}"
    return ""
