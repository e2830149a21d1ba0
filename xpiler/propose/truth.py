"""What a source means: its shared form on doubles, by which its own rounding is told from a mistake of another program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mlir import ir

from xpiler.execution.bfloat16 import BFloat16, rounded
from xpiler.execution.doubles import in_doubles
from xpiler.execution.jit import Argument, CompiledModule
from xpiler.verify.isolation import isolated
from xpiler.verify.sampling import ParameterInfo
from xpiler.verify.signature import kernel

SECONDS = 5.0  # of a few runs


@dataclass(frozen=True)
class Truth:
    """The kernel of a module in shared form, compiled for doubles."""

    name: str
    parameters: tuple[str, ...]
    compiled: CompiledModule

    @staticmethod
    def of(shared: ir.Module) -> Truth:
        """Raises XpilerError where the module has several kernels, or one that looks at the bits of its floats."""
        called = kernel(shared)
        return Truth(called.symbol, tuple(p.name for p in called.parameters), CompiledModule(in_doubles(shared)))

    def arrays(self, parameters: list[ParameterInfo], calls: list[list[object]]) -> list[list[np.ndarray]]:
        """What the arrays hold after each call of a launcher with these parameters, in their order; floats are doubles.

        The code runs in a child. Raises OutOfTime or RuntimeError where that does not return, LookupError where the launcher has no
        parameter of a name that the kernel has.
        """
        made = [{p.name: _widened(value) for p, value in zip(parameters, call, strict=True)} for call in calls]
        ordered = [[named[name] for name in self.parameters] for named in made]

        def run() -> list[dict[str, np.ndarray]]:
            for arguments in ordered:
                self.compiled.run(self.name, arguments)
            return [{name: value for name, value in named.items() if isinstance(value, np.ndarray)} for named in made]

        return [[named[p.name] for p in parameters if p.is_pointer] for named in isolated(run, SECONDS)]


def _widened(value: object) -> Argument:
    """An argument as the kernel on doubles takes it: TypeError for what is neither an array nor a number."""
    if not isinstance(value, np.ndarray):
        plain = value.item() if isinstance(value, np.generic) else value
        if not isinstance(plain, (int, float)):
            raise TypeError(f"a {type(value).__name__} is no argument of a kernel on doubles")
        return plain
    return np.asarray(value, np.float64) if value.dtype.kind == "f" else value.copy()


def as_type_of(like: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The nearest numbers of the type that an array of a program has."""
    with np.errstate(over="ignore", invalid="ignore"):
        return rounded(values) if isinstance(like, BFloat16) else values.astype(like.dtype)
