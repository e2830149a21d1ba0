"""Running a kernel file of any platform on arrays: what `xpiler run` and `xpiler.run` do."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from xpiler.diagnostics import InvalidInput, Place, Unsupported, XpilerError
from xpiler.execution.arrays import make_buffer
from xpiler.execution.build import Built, build
from xpiler.execution.callables import Function, Parameter, choose, launch_shape
from xpiler.execution.expressions import evaluate
from xpiler.execution.findings import Launched, completed
from xpiler.execution.orders import vary
from xpiler.execution.process import DeviceArray, HostArray, RunResult, run
from xpiler.execution.reach import bytes_reached
from xpiler.execution.symbols import symbol_of
from xpiler.platforms.names import DEFAULT_ARCH, HOST_PLATFORMS, platform_of
from xpiler.platforms.vnni.checked import build_checked, can_check

CHEAP_S = 10.0  # a run that takes longer is not repeated in other orders


@dataclass(frozen=True)
class RunOptions:
    """How to read, build and run; empty values mean "decide from the source".

    `call` names the host function to call, `kernel` with `launch` (`grid=(n+255)/256,block=256`) a kernel to launch by
    itself. `extents` are the elements of buffers, `argv` the words a whole program gets. `documented_errors` lets
    mathematical functions miss by what their platform documents; `trace` names a file for a line of every event; `readings` are
    fields of the BANG simulator's options. Strict simulations run in `orders` orders of threads and tasks, from `seed` on.
    """

    platform: str = ""
    arch: str = ""
    kernel: str = ""
    launch: str = ""
    call: str = ""
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    extents: Mapping[str, str] = field(default_factory=dict)
    argv: tuple[str, ...] = ()
    strict: bool = True
    documented_errors: bool = False
    readings: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    orders: int = 3
    timeout_s: float = 60.0
    trace: str = ""


@dataclass(frozen=True)
class Outcome:
    """One run: the function called, how it ran (native, emulated, simulated), buffer names, the result.

    `orders` of threads and tasks were tried; `checked` says whether C text ran with checks too.
    """

    symbol: str
    how: str
    names: list[str]
    result: RunResult
    orders: int = 1
    checked: bool = True


def run_file(path: str, values: Mapping[str, object], options: RunOptions, folder: Path) -> Outcome:
    """Builds `path` in `folder` and calls its launcher, one of its kernels, or the program it is; `values` gives arguments by name.

    Raises XpilerError where the file cannot be read or built, or an argument is missing.
    """
    text = _read(path)
    platform = options.platform or platform_of(path, text)
    function = choose(text, path, platform, options.call, options.kernel, bool(options.launch))
    library = _build(Path(path), platform, options, folder / "kernel.so")
    if function.name == "main":
        return _run_program(path, library, options)
    arguments = _arguments(path, function, values, options, library)
    shape = launch_shape(options.launch, platform, _sizes(function, values, path)) if options.launch else None
    if shape is None and platform not in HOST_PLATFORMS:  # what such a launcher takes lies in the host's memory
        arguments = [HostArray(a.array, a.name) if isinstance(a, DeviceArray) else a for a in arguments]
    symbol = function.name if shape else symbol_of(library.library, function.name)
    names = [p.name for p in function.parameters or () if p.is_pointer]

    def run_in(order: int | None, trace: str = "") -> RunResult:
        return run(library.library, symbol, [arguments], timeout_s=options.timeout_s, launch=shape, trace=trace, order=order)[0]

    start = time.monotonic()
    result = run_in(None, options.trace)
    others = _other_orders(options, library, time.monotonic() - start)
    launched = Launched(function.name, path, function.line, names)
    if platform in HOST_PLATFORMS:
        checking = _build_checked(Path(path), text, options, folder / "checked.so")
        checks = run(checking, symbol, [arguments], timeout_s=options.timeout_s)[0] if checking else RunResult(failure="none")
        result = replace(result, findings=completed(checks.findings, launched))
        return Outcome(function.name, library.how, names, result, checked=not checks.failure)
    result = vary(result, launched, run_in, others)
    return Outcome(function.name, library.how, names, replace(result, findings=completed(result.findings, launched)), 1 + len(others))


def _build_checked(source: Path, text: str, options: RunOptions, output: Path) -> Path | None:
    """The library that checks what it does, or None: not asked for, constructs it does not follow, intrinsics it does not know."""
    if not options.strict or not can_check(text):
        return None
    try:
        build_checked(source, output, arch=options.arch or DEFAULT_ARCH["vnni"], include_dirs=options.include_dirs, defines=options.defines)
    except (InvalidInput, OSError):  # the plain build has taken it; no objcopy is no fault of the file's
        return None
    return output


def _other_orders(options: RunOptions, library: Built, seconds: float) -> Sequence[int]:
    """Seeds of the orders to try besides the first: none where there is no simulator to ask, or a run is long."""
    worth = options.strict and library.how == "simulated" and seconds < CHEAP_S
    return range(options.seed + 1, options.seed + options.orders) if worth else ()


def _read(path: str) -> str:
    from xpiler.translation import read_text

    return read_text(path)


def _build(source: Path, platform: str, options: RunOptions, output: Path) -> Built:
    if platform != "bang" and set(options.readings) - {"weights"}:
        raise InvalidInput("--option sets readings of the BANG simulator", Place(str(source)))
    simulation: dict[str, object] = {}
    if platform == "bang":
        from xpiler.platforms.bang.simulator import SimulatorOptions

        simulation["options"] = SimulatorOptions.of_words({**options.readings, "active_error": str(options.documented_errors)})
    elif platform not in HOST_PLATFORMS:
        simulation["documented_errors"] = options.documented_errors
    arch = options.arch or DEFAULT_ARCH[platform]
    return build(
        source,
        platform,
        output,
        arch=arch,
        strict=options.strict,
        seed=options.seed,
        include_dirs=options.include_dirs,
        defines=options.defines,
        **simulation,
    )


def _run_program(path: str, library: Built, options: RunOptions) -> Outcome:
    argv = [path, *options.argv]
    result = run(library.library, "main", [[len(argv), argv]], timeout_s=options.timeout_s, trace=options.trace)[0]
    return Outcome("main", library.how, [], result)


def _arguments(path: str, function: Function, values: Mapping[str, object], options: RunOptions, library: Built) -> list[object]:
    """Scalars by their type, buffers by what was given for them."""
    generator = np.random.default_rng(options.seed)
    sizes = _sizes(function, values, path)
    unknown = set(values) - {p.name for p in function.parameters or ()}
    if unknown:
        raise InvalidInput(f"'{function.name}' has no parameter '{min(unknown)}'", Place(path, function.line))
    scalars = {p.name: _scalar(p, values, path) for p in function.parameters or () if not p.is_pointer}
    extents = _Extents(path, function, sizes, options, lambda: _reached(library, function, scalars))
    made: list[object] = []
    for p in function.parameters or ():
        made.append(_buffer(p, values, sizes, extents, generator) if p.is_pointer else _scalar(p, values, path))
    return made


def _sizes(function: Function, values: Mapping[str, object], path: str) -> dict[str, int]:
    scalars = {p.name: _scalar(p, values, path) for p in function.parameters or () if not p.is_pointer}
    return {name: int(value) for name, value in scalars.items() if float(value).is_integer()}


def _scalar(parameter: Parameter, values: Mapping[str, object], path: str) -> np.generic:
    if parameter.name not in values:
        raise InvalidInput(f"no value for parameter '{parameter.name}'", Place(path), f"give it with --args {parameter.name}=<number>")
    try:
        return np.dtype(parameter.dtype).type(float(str(values[parameter.name])))
    except ValueError:
        raise InvalidInput(f"expected a number for '{parameter.name}', got '{values[parameter.name]}'", Place(path)) from None


def _buffer(
    parameter: Parameter, values: Mapping[str, object], sizes: dict[str, int], extents: _Extents, generator: np.random.Generator
) -> DeviceArray:
    dtype, name = np.dtype(parameter.dtype), parameter.name
    given = values.get(name, "random")
    array, written = make_buffer(name, given, dtype, sizes, lambda: extents[name], generator)
    if array.dtype != dtype and parameter.dtype != "uint8":
        raise InvalidInput(f"'{name}' takes elements of {dtype}, got {array.dtype}")
    expected = extents.known(name)
    if expected is not None and array.size != expected:
        raise InvalidInput(f"'{name}' takes {expected} elements of {dtype}, got {array.size}")
    return DeviceArray(array, name, written)


def _reached(library: Built, function: Function, scalars: Mapping[str, np.generic]) -> dict[str, int]:
    """Elements of each array that a launcher copies to or from a simulated device."""
    if library.how != "simulated" or function.is_kernel:
        return {}
    parameters = function.parameters or ()
    arguments = [p.name if p.is_pointer else scalars[p.name] for p in parameters]
    reached = bytes_reached(library.library, symbol_of(library.library, function.name), arguments)
    return {p.name: reached[p.name] // np.dtype(p.dtype).itemsize for p in parameters if p.name in reached}


class _Extents:
    """Elements of each buffer: as stated, as the front end reads them off the launcher and the kernel, or as the launcher copies them."""

    def __init__(self, path: str, function: Function, sizes: dict[str, int], options: RunOptions, reached: Callable[[], dict[str, int]]):
        self._path, self._function, self._sizes, self._options = path, function, sizes, options
        self._read: dict[str, int] | None = None
        self._copied: dict[str, int] | None = None
        self._reached = reached

    def __getitem__(self, name: str) -> int:
        if name in self._options.extents:
            return evaluate(self._options.extents[name], self._sizes)
        found = self._from_source().get(name)
        if found is None:
            found = self._from_copies().get(name)
        if found is None:
            raise InvalidInput(
                f"the file does not say how many elements '{name}' has",
                Place(self._path, self._function.line),
                f"say it with --args {name}=random:COUNT or --extent {name}=COUNT",
            )
        return found

    def known(self, name: str) -> int | None:
        """The elements where something has asked for them already; a given array may have any size."""
        return self._read.get(name) if self._read else None

    def _from_copies(self) -> dict[str, int]:
        if self._copied is None:
            self._copied = self._reached()
        return self._copied

    def _from_source(self) -> dict[str, int]:
        if self._read is None:
            try:
                self._read = _extents_read(self._path, self._function, self._sizes, self._options)
            except XpilerError:  # a file that runs need not be one that translates
                self._read = {}
        return self._read


def _extents_read(path: str, function: Function, sizes: dict[str, int], options: RunOptions) -> dict[str, int]:
    from xpiler import frontend, raising
    from xpiler.verify import signature

    platform = options.platform or platform_of(path, _read(path))
    reading = frontend.ReadOptions(
        kernel=options.kernel,
        arch=options.arch or DEFAULT_ARCH[platform],
        launch=options.launch,
        include_dirs=options.include_dirs,
        defines=options.defines,
    )
    module = frontend.read(Path(path), platform, reading)
    launcher = signature.host_launcher(module)
    if launcher is not None:
        try:
            return launcher.extents(sizes)
        except Unsupported:  # the launcher does not say: the kernel's own footprint does
            pass
    shared = raising.raise_module(module)
    kernel = signature.kernel(shared)
    called = launcher or kernel
    return signature.Callable(called.symbol, called.parameters, kernel.function).extents(sizes)
