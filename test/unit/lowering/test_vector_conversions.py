"""Every conversion that a widened loop can hold becomes instructions that compilers have, and computes what C computes.

One file holds a loop for each pair of types; it is compiled once, run where the CPU has the instructions, and read as a source again.
"""

from __future__ import annotations

import ctypes
import functools
import subprocess
from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution.build import build
from xpiler.frontend import read
from xpiler.lowering import emit, lower
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.platforms.target import Target

CPU = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
COUNT = 37  # two registers of sixteen lanes, or four of eight, and a rest
INTEGERS, FLOATS = ("i8", "i16", "i32", "i64"), ("f16", "f32", "f64")
NUMPY = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64}
BITS = {"f16": 16, "f32": 32, "f64": 64, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
PAIRS = [
    *((n, i, f) for n in ("sitofp", "uitofp") for i in INTEGERS for f in FLOATS),
    *((n, f, i) for n in ("fptosi", "fptoui") for i in INTEGERS for f in FLOATS),
    *(("extsi", a, b) for a in INTEGERS for b in INTEGERS if BITS[a] < BITS[b]),
    *(("extui", a, b) for a in INTEGERS for b in INTEGERS if BITS[a] < BITS[b]),
    *(("trunci", a, b) for a in INTEGERS for b in INTEGERS if BITS[a] > BITS[b]),
    *(("extf", a, b) for a in FLOATS for b in FLOATS if BITS[a] < BITS[b]),
    *(("truncf", a, b) for a in FLOATS for b in FLOATS if BITS[a] > BITS[b]),
    *(("bitcast", a, b) for a, b in (("i32", "f32"), ("f32", "i32"), ("i64", "f64"), ("f64", "i64"), ("i16", "f16"), ("f16", "i16"))),
]
SHIFTS = [(name, kind) for name in ("shli", "shrsi", "shrui", "muli", "addi", "maxsi", "minui") for kind in INTEGERS]
SHIFTS += [(name, kind) for name in ("addf", "mulf") for kind in FLOATS]


def _c_name(kind: str) -> str:
    return {"f16": "_Float16", "f32": "float", "f64": "double"}.get(kind) or f"int{BITS[kind]}_t"


def _kernel(name: str, source: str, target: str, lines: str) -> str:
    """A loop that stores %r, made of %v, of each element."""
    return f"""
func.func @{name}(%x: memref<?x{source}> {{xpiler.name="x", xpiler.ctype="const {_c_name(source)} *"}},
                  %y: memref<?x{target}> {{xpiler.name="y", xpiler.ctype="{_c_name(target)} *"}},
                  %n: i32 {{xpiler.name="n", xpiler.ctype="int"}}) attributes {{xpiler.kernel}} {{
 %0 = arith.index_cast %n : i32 to index
 xpiler.extent %x, %0 : memref<?x{source}>
 xpiler.extent %y, %0 : memref<?x{target}>
 scf.forall (%i) in (%0) {{
  %v = memref.load %x[%i] : memref<?x{source}>
{lines}
  memref.store %r, %y[%i] : memref<?x{target}>
 }}
 return }}"""


def _module(kernels: list[str]) -> str:
    return 'module attributes {xpiler.target = #xpiler.target<"shared">, xpiler.source = "all.cu"} {' + "\n".join(kernels) + "}"


@functools.cache
def _text() -> str:
    kernels = [_kernel(f"{n}_{a}_{b}", a, b, f"  %r = arith.{n} %v : {a} to {b}") for n, a, b in PAIRS]
    for kind in INTEGERS:
        test = f"  %z = arith.constant 3 : {kind}\n  %c = arith.cmpi sgt, %v, %z : {kind}\n"
        kernels += [_kernel(f"flag_{kind}_{b}", kind, b, f"{test}  %r = arith.extui %c : i1 to {b}") for b in INTEGERS]
    for name, kind in SHIFTS:
        number = "2.0" if kind in FLOATS else "2"
        kernels.append(
            _kernel(f"{name}_{kind}", kind, kind, f"  %z = arith.constant {number} : {kind}\n  %r = arith.{name} %v, %z : {kind}")
        )
    return emit(lower(ir.Module.parse(_module(kernels), dialects.context()), Target("vnni")))


def _body(name: str) -> str:
    start = _text().index(f"void {name}(")
    return _text()[start : _text().index("\n}\n", start)]


def _inputs(name: str, source: str) -> np.ndarray:
    """Numbers that the result can hold: small ones with signs and halves of one, and for bit patterns the edges."""
    ramp = np.arange(COUNT) - COUNT // 2
    values = ramp * 1.5 if source in FLOATS else ramp
    if name in ("extsi", "extui", "trunci", "shli", "shrsi", "shrui", "muli"):
        values = ramp * (np.iinfo(NUMPY[source]).max // COUNT)
    if name in ("uitofp", "fptoui"):
        values = abs(values)
    if name == "truncf":
        values = ramp / 3
    return values.astype(NUMPY[source])


def _expected(name: str, x: np.ndarray, target: str) -> np.ndarray:
    if name == "bitcast":
        return x.view(NUMPY[target])
    if name == "extui":
        return x.view(f"u{x.dtype}").astype(NUMPY[target])
    if name == "flag":
        return (x > 3).astype(NUMPY[target])
    with np.errstate(over="ignore"):
        if name == "shrui":
            return (x.view(f"u{x.dtype}") >> 2).view(x.dtype)
        if name == "minui":
            return np.minimum(x.view(f"u{x.dtype}"), 2).view(x.dtype)
        two = x.dtype.type(2)
        operations = {"shli": x << two if x.dtype.kind == "i" else x, "shrsi": x >> two if x.dtype.kind == "i" else x}
        operations |= {"muli": x * two, "mulf": x * two, "addi": x + two, "addf": x + two, "maxsi": np.maximum(x, two)}
    return operations.get(name, x.astype(NUMPY[target]))


CASES = [
    *((f"{n}_{a}_{b}", n, a, b) for n, a, b in PAIRS),
    *((f"flag_{a}_{b}", "flag", a, b) for a in INTEGERS for b in INTEGERS),
    *((f"{n}_{a}", n, a, a) for n, a in SHIFTS),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All loops, compiled once and without a warning."""
    source = tmp_path_factory.mktemp("conversions") / "all.cpp"
    source.write_text(_text())
    flags = ["-O1", "-march=icelake-server", "-fopenmp", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    done = subprocess.run(["g++", *flags, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    build(source, "vnni", source.with_suffix(".so"), arch=DEFAULT_ARCH["vnni"])
    return source.with_suffix(".so")


@pytest.mark.skipif("avx512dq" not in CPU, reason="a CPU with AVX-512")
def test_emitted_conversions_compute(library: Path) -> None:
    functions, wrong = ctypes.CDLL(str(library)), []
    for symbol, name, source, target in CASES:
        x, y = _inputs(name, source), np.zeros(COUNT, NUMPY[target])
        getattr(functions, symbol)(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), COUNT)
        if not np.array_equal(y.view(f"i{y.itemsize}"), _expected(name, x, target).view(f"i{y.itemsize}")):
            wrong.append((symbol, x, y, _expected(name, x, target), _body(symbol)))
    assert not wrong, wrong[0]


def test_emitted_conversions_are_read_again(library: Path) -> None:
    read(library.with_suffix(".cpp"), "vnni")


def test_bytes_reach_floats_by_32_bits() -> None:
    assert "_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(" in _body("sitofp_i8_f32")
    assert "_mm512_cvtepi32_pd(_mm256_cvtepu16_epi32(" in _body("uitofp_i16_f64")
    assert "_mm512" not in _body("truncf_f64_f16")  # by way of single precision it would round twice
