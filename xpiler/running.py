"""Running a kernel file of any platform on arrays: what `xpiler run` and `xpiler.run` do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.execution.build import build
from xpiler.execution.process import RunResult, run
from xpiler.platforms.names import DEFAULT_ARCH, platform_of
from xpiler.translation import read_text
from xpiler.verify.sampling import ParameterInfo, buffer

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.verify.signature import Callable


@dataclass(frozen=True)
class RunOptions:
    """How to read, build and run; empty values mean "decide from the source"."""

    platform: str = ""
    arch: str = ""
    kernel: str = ""
    launch: str = ""
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    strict: bool = True
    seed: int = 0
    timeout_s: float = 60.0


@dataclass(frozen=True)
class Outcome:
    """One run: the function called, how it ran (native, emulated, simulated), buffer names, and the result."""

    symbol: str
    how: str
    names: list[str]
    result: RunResult


def run_file(path: str, values: dict[str, object], options: RunOptions, folder: Path) -> Outcome:
    """Builds `path` in `folder` and calls its host launcher; `values` gives arguments by parameter name.

    Raises XpilerError where the file cannot be read or built, or an argument is missing.
    """
    from xpiler import frontend
    from xpiler.verify import signature

    text = read_text(path)
    platform = options.platform or platform_of(path, text)
    arch = options.arch or DEFAULT_ARCH[platform]
    reading = frontend.ReadOptions(
        kernel=options.kernel, arch=arch, launch=options.launch, include_dirs=options.include_dirs, defines=options.defines
    )
    module = frontend.read(Path(path), platform, reading)
    function = signature.host_launcher(module)
    if function is None:
        raise InvalidInput("the file has no host launcher to run", Place(path), "add a host function that allocates, copies and launches")
    built = build(
        Path(path), platform, folder / "kernel.so", arch=arch, strict=options.strict, seed=options.seed, include_dirs=options.include_dirs
    )
    generator = np.random.default_rng(options.seed)
    scalars = {p.name: _scalar(p, values, path) for p in function.parameters if not p.is_pointer}
    extents = _extents(function, module, {k: int(v) for k, v in scalars.items() if float(v).is_integer()})
    arguments = [_buffer(p, values, extents, generator) if p.is_pointer else scalars[p.name] for p in function.parameters]
    result = run(built.library, function.symbol, [arguments], timeout_s=options.timeout_s)[0]
    return Outcome(function.symbol, built.how, [p.name for p in function.parameters if p.is_pointer], result)


def _extents(function: Callable, module: ir.Module, sizes: dict[str, int]) -> dict[str, int]:
    from xpiler import raising
    from xpiler.verify import signature

    try:
        return function.extents(sizes)
    except Unsupported:  # the launcher does not say: the kernel's own footprint does
        shared = raising.raise_module(module)
        return signature.Callable(function.symbol, function.parameters, signature.kernel(shared).function).extents(sizes)


def _scalar(parameter: ParameterInfo, values: dict[str, object], path: str) -> np.generic:
    if parameter.name not in values:
        raise InvalidInput(f"no value for parameter '{parameter.name}'", Place(path), f"give it with --args {parameter.name}=<number>")
    try:
        return np.dtype(parameter.dtype).type(float(str(values[parameter.name])))
    except ValueError:
        raise InvalidInput(f"expected a number for '{parameter.name}', got '{values[parameter.name]}'", Place(path)) from None


def _buffer(parameter: ParameterInfo, values: dict[str, object], extents: dict[str, int], generator: np.random.Generator) -> np.ndarray:
    given = values.get(parameter.name, "random")
    dtype = np.dtype(parameter.dtype)
    if isinstance(given, np.ndarray):
        array = given
    elif str(given).endswith(".npy"):
        array = np.load(str(given))
    else:
        return buffer(generator, extents[parameter.name], dtype, str(given))
    if array.dtype != dtype or array.size != extents[parameter.name]:
        raise InvalidInput(f"'{parameter.name}' takes {extents[parameter.name]} elements of {dtype}, got {array.size} of {array.dtype}")
    return np.ascontiguousarray(array)
