"""The operations of vnni as intrinsics, emulated and on a CPU that has them, and their meanings, on the same operands."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from semantics_operands import DTYPES, F32, F64, I8, I16, I32, I64, MARK, numbers
from semantics_trials import Arrays, Row, Search, Step, Trial, first_difference

from xpiler.dialects.semantics import Wanted
from xpiler.platforms.vnni.toolchain import build, runs_natively

ARCH = "icelake-server"
LOAD = {F32: "_mm512_loadu_ps", F64: "_mm512_loadu_pd"}
STORE = {F32: "ps", F64: "pd"}
POINTED = {F32: "float", F64: "double"}
BITS = {F32: 32, F64: 64, I8: 8, I16: 16, I32: 32, I64: 64}
CURRENT = "_MM_FROUND_CUR_DIRECTION"
ROUNDINGS = {
    "nearest": "_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC", "down": "_MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC",
    "up": "_MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC", "zero": "_MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC", "current": CURRENT,
}  # fmt: skip


def _trial(op: str, kinds: tuple[str, ...], types: tuple[str, ...], call: str, close: str = "exact", domain: str = "any") -> Trial:
    """`call` on a, b, c, whose types come first in `types`; the result's is the last, and may be a shorter vector."""
    *sources, result = types
    names = "abc"[: len(sources)]
    lanes = 512 // max(BITS[type_] for type_ in sources)
    bits = 512 if op in ("dot", "madd", "maddubs") else lanes * BITS[result]
    wanted = Wanted(f"vnni.{op}", kinds, types=types)

    def draw(generator: np.random.Generator) -> Arrays:
        made = {n: numbers(generator, np.dtype(DTYPES[t]), 512 // BITS[t], domain) for n, t in zip(names, sources, strict=True)}
        return made | {"y": np.full(bits // BITS[result], MARK, DTYPES[result])}

    text = _loads(names, sources) + f"{_store(result, bits)}{call});"
    parameters = tuple((POINTED.get(t, "void"), n) for t, n in zip(types, (*names, "y"), strict=True))
    return Trial(str(wanted), parameters, text, (Step(wanted, (*names, "y")),), ("y",), draw, close)


def _loads(names: str, types: list[str]) -> str:
    return "".join(f"auto {n} = {LOAD.get(t, '_mm512_loadu_si512')}(p_{n});\n  " for n, t in zip(names, types, strict=True))


def _store(type_: str, bits: int) -> str:
    prefix = "_mm512" if bits == 512 else "_mm256" if bits == 256 else "_mm"
    if type_ in STORE:
        return f"{prefix}_storeu_{STORE[type_]}(p_y, "
    return f"{prefix}_storeu_si{bits}((__m{bits}i *)p_y, " if bits >= 128 else "_mm_storel_epi64((__m128i *)p_y, "


def vnni_trials() -> Iterator[Trial]:
    """Every operation of `dialects/vnni/semantics.mlir`."""
    for family in (_products, _permutes, _roundings, _estimates, _narrowings):
        yield from family()


def _products() -> Iterator[Trial]:
    for kind in ("dpbusd", "dpbusds"):
        yield _trial("dot", (kind,), (I32, I8, I8, I32), f"_mm512_{kind}_epi32(a, b, c)")
    for kind in ("dpwssd", "dpwssds"):
        yield _trial("dot", (kind,), (I32, I16, I16, I32), f"_mm512_{kind}_epi32(a, b, c)")
    yield _trial("madd", (), (I16, I16, I32), "_mm512_madd_epi16(a, b)")
    yield _trial("maddubs", (), (I8, I8, I16), "_mm512_maddubs_epi16(a, b)")


def _permutes() -> Iterator[Trial]:
    for suffix, type_ in (("ps", F32), ("pd", F64), ("epi32", I32), ("epi64", I64), ("epi16", I16), ("epi8", I8)):
        index = {F32: I32, F64: I64}.get(type_, type_)
        yield _trial("permute", (), (type_, index, type_), f"_mm512_permutexvar_{suffix}(b, a)")
        yield _trial("permute2", (), (type_, index, type_, type_), f"_mm512_permutex2var_{suffix}(a, b, c)")


def _roundings() -> Iterator[Trial]:
    for kind, mode in ROUNDINGS.items():
        for type_, suffix in ((F32, "ps"), (F64, "pd")):
            yield _trial("round", (kind,), (type_, type_), f"_mm512_roundscale_{suffix}(a, {mode.split(' |')[0]})")
            yield _trial("convert", (kind,), (type_, I32), f"_mm512_cvt_round{suffix}_epi32(a, {mode})")


def _estimates() -> Iterator[Trial]:
    for kind in ("rcp14", "rsqrt14"):
        for type_, suffix in ((F32, "ps"), (F64, "pd")):
            yield _trial("estimate", (kind,), (type_, type_), f"_mm512_{kind}_{suffix}(a)", "14 bits", "positive")


def _narrowings() -> Iterator[Trial]:
    for kind, sign in (("signed", "s"), ("unsigned", "us")):
        for source, target in ((I32, I8), (I32, I16), (I16, I8), (I64, I8), (I64, I16)):
            call = f"_mm512_cvt{sign}epi{BITS[source]}_epi{BITS[target]}(a)"
            yield _trial("narrow", (kind,), (source, target), call)


def _function(index: int, trial: Trial) -> str:
    parameters = ", ".join(f"{type_} *p_{name}" for type_, name in trial.parameters)
    return f'extern "C" void t{index}({parameters}) {{\n  {trial.text}\n}}\n'


def _runner(trials: list[Trial], folder: Path, *, emulate: bool) -> Callable[[int, Arrays], str]:
    """Calls the functions of all trials, built into one library."""
    source, library = folder / "trials.c", folder / f"trials-{emulate}.so"
    source.write_text("#include <immintrin.h>\n" + "".join(_function(i, trial) for i, trial in enumerate(trials)))
    build(source, library, arch=ARCH, emulate=emulate)
    loaded = ctypes.CDLL(str(library))

    def run(index: int, arrays: Arrays) -> str:
        getattr(loaded, f"t{index}")(*(arrays[name].ctypes.data_as(ctypes.c_void_p) for _, name in trials[index].parameters))
        return ""

    return run


def vnni_rows(search: Search, folder: Path) -> Iterator[Row]:
    """Every operation, emulated and then native where this CPU has the instructions."""
    trials = [trial for trial in vnni_trials() if search.only in trial.name]
    for emulate in (True, False) if runs_natively(ARCH) else (True,):
        run = _runner(trials, folder, emulate=emulate)
        for i, trial in enumerate(trials):
            found = first_difference(trial, i, search, partial(run, i))
            yield Row(f"{'emulated' if emulate else 'native'} {trial.name}", trial.text.splitlines()[-1].strip(), found)
