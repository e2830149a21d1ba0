"""Every function that an emitter can print is known to the front end and to the simulator of the same platform.

One kernel computes each of them once; its text is read as a source again, compiled, run, and compared with Python's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects, frontend
from xpiler.lowering import emit, lower
from xpiler.lowering.c_text.math_ops import FUNCTIONS
from xpiler.platforms.target import Target

NUMPY = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64, "i8": np.int8}
CTYPES = {"f16": "half", "f32": "float", "f64": "double", "i32": "int", "i64": "int64_t", "i8": "int8_t"}
INPUTS = {**dict.fromkeys(("f16", "f32", "f64"), (0.75, -2.5)), "i32": (12, -5), "i64": (12, -(1 << 33) - 5)}
WITHOUT_DOUBLE = ("bang",)
OPERANDS = {"atan2": "%x, %y", "powf": "%x, %y", "copysign": "%x, %y", "fma": "%x, %y, %x"}
REFERENCES: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in FUNCTIONS if hasattr(math, name)},
    "absf": math.fabs,
    "powf": math.pow,
    "roundeven": round,
    "round": lambda x: math.floor(x + 0.5),
    "rsqrt": lambda x: 1 / math.sqrt(x),
    "fma": lambda x, y, z: x * y + z,
    "remf": math.fmod,
    **dict.fromkeys(("maxnumf", "maximumf", "maxsi"), max),
    **dict.fromkeys(("minnumf", "minimumf", "minsi"), min),
    "isnan": math.isnan,
    "isinf": math.isinf,
    "isfinite": math.isfinite,
    "absi": abs,
    "ctpop": int.bit_count,
    "floordivsi": lambda x, y: x // y,
    "ceildivsi": lambda x, y: -(-x // y),
}
RELATIONS = {"eq": False, "gt": True, "ge": True, "lt": False, "le": False, "ne": True}


def of_floats(kind: str) -> list[tuple[str, str, float]]:
    """Operations on `%x` and `%y` of a float type, the types of their results, and what they are."""
    x, y = INPUTS[kind]
    found = [(f"math.{f} {OPERANDS.get(f, '%x')} : {kind}", kind, _reference(f, OPERANDS.get(f, "%x"))) for f in FUNCTIONS]
    found += [(f"arith.{f} %x, %y : {kind}", kind, REFERENCES[f](x, y)) for f in ("remf", "maxnumf", "minnumf", "maximumf", "minimumf")]
    found.append((f"math.fpowi %x, %three : {kind}, i32", kind, x**3))
    found += [(f"math.{f} %x : {kind}", "i1", REFERENCES[f](x)) for f in ("isnan", "isinf", "isfinite")]
    found += [(f"arith.cmpf {o}{r}, %x, %y : {kind}", "i1", holds) for o in "ou" for r, holds in RELATIONS.items()]
    return [*found, (f"arith.cmpf ord, %x, %y : {kind}", "i1", True), (f"arith.cmpf uno, %x, %y : {kind}", "i1", False)]


def _reference(function: str, operands: str) -> float:
    values = [INPUTS["f32"]["xy".index(name)] for name in re.findall(r"%(\w)", operands)]
    try:
        return REFERENCES[function](*values)
    except ValueError:  # acosh(0.75), a power of a negative base
        return math.nan


def of_integers(kind: str) -> list[tuple[str, str, float]]:
    (x, y), width = INPUTS[kind], int(kind[1:])
    found = [(f"arith.{f} %x, %y : {kind}", kind, REFERENCES[f](x, y)) for f in ("minsi", "maxsi", "floordivsi", "ceildivsi")]
    found += [(f"arith.maxui %x, %y : {kind}", kind, y), (f"arith.minui %x, %y : {kind}", kind, x)]
    found += [(f"math.absi %y : {kind}", kind, -y), (f"math.ctpop %x : {kind}", kind, 2)]
    return [*found, (f"math.ctlz %x : {kind}", kind, width - 4), (f"math.cttz %x : {kind}", kind, 2)]


def operations(kind: str) -> list[tuple[str, str, float]]:
    return of_floats(kind) if kind[0] == "f" else of_integers(kind)


def kernel(kinds: list[str]) -> str:
    """A kernel in shared form that stores every result of a type in an array of it, truth values in another."""
    arrays, body = [], []
    for kind in kinds:
        lines = operations(kind)
        arrays += [(f"in_{kind}", kind, "const ", len(lines)), (f"out_{kind}", kind, "", len(lines))]
        arrays += [(f"flags_{kind}", "i8", "", len(lines))] if kind[0] == "f" else []
        body += [f"%{name}_{kind} = memref.load %in_{kind}[%c{at}] : memref<?x{kind}>" for at, name in enumerate("xy")]
        for number, line in enumerate(lines):
            body += _stored(f"{kind}_{number}", number, kind, line)
    parameters = [f'%{n}: memref<?x{t}> {{xpiler.name = "{n}", xpiler.ctype = "{const}{CTYPES[t]} *"}}' for n, t, const, _ in arrays]
    extents = [f"%n_{n} = arith.constant {many} : index\nxpiler.extent %{n}, %n_{n} : memref<?x{t}>" for n, t, _, many in arrays]
    text = "\n".join([*extents, "scf.forall (%i) in (%c1) {", *body, "}"])
    return f"""func.func @k({", ".join(parameters)}) attributes {{xpiler.kernel}} {{
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %three = arith.constant 3 : i32
      {text}
      return
    }}"""


def _stored(name: str, number: int, kind: str, line: tuple[str, str, float]) -> list[str]:
    operation, result, _ = line
    computed = operation.replace("%x", f"%x_{kind}").replace("%y", f"%y_{kind}")
    made = [f"%i_{name} = arith.constant {number} : index", f"%v_{name} = {computed}"]
    if result == kind:
        return [*made, f"memref.store %v_{name}, %out_{kind}[%i_{name}] : memref<?x{kind}>"]
    return [*made, f"%w_{name} = arith.extui %v_{name} : i1 to i8", f"memref.store %w_{name}, %flags_{kind}[%i_{name}] : memref<?xi8>"]


@pytest.mark.parametrize("platform", ["cuda", "hip", "bang", "vnni"])
def test_what_is_printed_is_read_and_computes(platform: str, run_text: Callable[..., tuple[np.ndarray, ...]]) -> None:
    kinds = [kind for kind in INPUTS if kind != "f64" or platform not in WITHOUT_DOUBLE]
    text = emit(lower(ir.Module.parse(kernel(kinds), dialects.context()), Target(platform), schedule=""))
    frontend.read(text, platform)
    given = []
    for kind in kinds:
        many = len(operations(kind))
        given += [np.resize(np.array(INPUTS[kind], NUMPY[kind]), many), np.zeros(many, NUMPY[kind])]
        given += [np.zeros(many, np.int8)] if kind[0] == "f" else []
    arrays = iter(run_text(text, platform, "k_kernel", *given))
    for kind in kinds:
        _, numbers, flags = next(arrays), next(arrays), next(arrays) if kind[0] == "f" else None
        for number, (operation, result, expected) in enumerate(operations(kind)):
            found = numbers[number] if result == kind else flags[number]
            np.testing.assert_allclose(found, expected, rtol=4e-3 if kind == "f16" else 1e-5, err_msg=operation)
