"""What is tuned: a source file, the sizes it is called with, and the arguments of that call."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from mlir import ir

from xpiler import frontend, raising
from xpiler.diagnostics import InvalidInput, Place
from xpiler.execution.bfloat16 import numpy_type
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH, platform_of
from xpiler.platforms.target import Target
from xpiler.stated_extents import check_extents
from xpiler.stated_facts import state_facts
from xpiler.translation import read_options, read_text
from xpiler.verify import signature
from xpiler.verify.sampling import ParameterInfo


@dataclass(frozen=True)
class Subject:
    """A source in shared form (as bytecode, which goes to other processes), its target, and how it is called."""

    path: str
    options: TranslateOptions
    target: Target
    shared: bytes
    symbol: str
    parameters: tuple[ParameterInfo, ...]
    extents: Mapping[str, int]
    sizes: Mapping[str, int]
    text: str

    @staticmethod
    def of(path: str, options: TranslateOptions, sizes: Mapping[str, int]) -> Subject:
        """Reads the source. Raises XpilerError where it cannot be read, or sizes are missing or unknown."""
        text = read_text(path)
        platform = options.source_platform or platform_of(path, text)
        module = frontend.read(Path(path), platform, read_options(options, platform))
        state_facts(module, options.kernel, options.extents, options.assumptions)
        check_extents(module, options.extents)
        shared = raising.raise_module(module)
        kernel = signature.kernel(shared)
        launcher = signature.host_launcher(module)
        called = launcher or replace(kernel, symbol=f"{kernel.symbol}_kernel")
        _check_sizes(path, called.parameters, sizes)
        extents = signature.Callable(called.symbol, called.parameters, _extent_source(launcher, kernel)).extents(dict(sizes))
        target = Target(options.to, options.target_arch or DEFAULT_ARCH[options.to])
        return Subject(path, options, target, _bytecode(shared), called.symbol, tuple(called.parameters), extents, dict(sizes), text)

    @property
    def element_bytes(self) -> int:
        """The size of the smallest element that a pointer parameter has."""
        return min((numpy_type(p.dtype).itemsize for p in self.parameters if p.is_pointer), default=4)

    @property
    def bytes(self) -> int:
        """What the buffers hold together: what goes between memory and the chip at least."""
        return sum(self.extents[p.name] * np.dtype(p.dtype).itemsize for p in self.parameters if p.is_pointer)

    def key(self, measured_by: str) -> str:
        """Tells trials of this source, call, target and way to measure from all others."""
        parts = (self.text, str(self.target), sorted(self.sizes.items()), self.options.kernel, self.options.launch, measured_by)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]

    def arguments(self, seed: int = 0) -> list[object]:
        """Random buffers, and the sizes."""
        generator = np.random.default_rng(seed)
        return [_buffer(p, self.extents[p.name], generator) if p.is_pointer else _scalar(p, self.sizes) for p in self.parameters]


def _extent_source(launcher: signature.Callable | None, kernel: signature.Callable) -> ir.Operation:
    """The function that tells extents: the launcher where it copies, else the raised kernel."""
    if launcher is None:
        return kernel.function
    copies = [op for block in launcher.function.regions[0].blocks for op in block.operations if op.operation.name == "xpiler.copy"]
    return launcher.function if copies else kernel.function


def _check_sizes(path: str, parameters: list[ParameterInfo], sizes: Mapping[str, int]) -> None:
    scalars = [p.name for p in parameters if not p.is_pointer]
    missing, unknown = [n for n in scalars if n not in sizes], [n for n in sizes if n not in scalars]
    if missing:
        raise InvalidInput(f"no value for parameter '{missing[0]}'", Place(path), f"give it with --args {missing[0]}=<number>")
    if unknown:
        raise InvalidInput(f"there is no parameter '{unknown[0]}'", Place(path), f"parameters: {', '.join(scalars) or 'none'}")


def _bytecode(module: ir.Module) -> bytes:
    buffer = io.BytesIO()
    module.operation.write_bytecode(buffer)
    return buffer.getvalue()


def _buffer(parameter: ParameterInfo, count: int, generator: np.random.Generator) -> np.ndarray:
    dtype = numpy_type(parameter.dtype)
    if dtype.kind == "f":
        return generator.uniform(-2, 2, count).astype(dtype)
    return generator.integers(0, 2, count).astype(dtype) if dtype.kind == "b" else generator.integers(-8, 8, count).astype(dtype)


def _scalar(parameter: ParameterInfo, sizes: Mapping[str, int]) -> np.generic:
    return np.dtype(parameter.dtype).type(sizes[parameter.name])
