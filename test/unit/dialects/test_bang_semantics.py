"""Every meaning in dialects/bang/semantics.mlir, compiled and compared with numpy."""

from __future__ import annotations

import re

import numpy as np
import pytest
from bang_reference import Case, cases
from mlir import ir
from mlir.passmanager import PassManager

from xpiler.dialects import context
from xpiler.dialects.semantics import Wanted, instantiate, operations
from xpiler.execution import jit

CASES = list(cases())
CONTEXT = context()


def runnable(case: Case) -> str:
    """The module of a case; a meaning with a result is called by a function that stores the result."""
    text = instantiate(case.wanted)
    assert text is not None, f"no meaning for {case.wanted}"
    if case.result is None:
        return text
    signature = re.search(r"@meaning\((.*?)\) -> (\w+)", text)
    parameters, result = signature.groups()
    names = ", ".join(re.findall(r"%\w+", parameters))
    types = ", ".join(part.split(": ")[1] for part in parameters.split(", "))
    store = f"""
func.func @run(%out: memref<?x{result}>, {parameters}) {{
  %zero = arith.constant 0 : index
  %r = func.call @meaning({names}) : ({types}) -> {result}
  memref.store %r, %out[%zero] : memref<?x{result}>
  return
}}
}}"""
    return text.replace("func.func @meaning", "func.func private @meaning").rstrip().removesuffix("}") + store


def compiled(text: str) -> ir.Module:
    """The module with all calls inlined, as raising inlines them."""
    with CONTEXT, ir.Location.unknown():
        module = ir.Module.parse(text)
        PassManager.parse("builtin.module(inline,symbol-dce)").run(module.operation)
    return module


@pytest.mark.parametrize("case", CASES, ids=str)
def test_meaning_computes_what_the_manual_says(case: Case) -> None:
    module = compiled(runnable(case))
    arguments = [value.copy() if isinstance(value, np.ndarray) else value for value in case.arguments]
    target = arguments[0]
    if case.result is not None:
        out = np.zeros(1, np.float32 if isinstance(case.result, float) else np.int32)
        jit.run(module, "run", [out, *arguments])
        np.testing.assert_allclose(out[0], case.result, rtol=1e-5)
    else:
        jit.run(module, "meaning", arguments)
    tolerance = {"f": 2e-3 if target.dtype == np.float16 else 1e-5}.get(target.dtype.kind, 0)
    if case.result is None or case.wanted.op == "bang.filter":
        np.testing.assert_allclose(target, case.expected, rtol=tolerance, atol=tolerance / 10)


def test_every_operation_of_the_file_has_a_case() -> None:
    atomics = {"bang.atomic", "bang.atomic_reduce"}
    assert operations("bang") - {case.wanted.op for case in CASES} == atomics


@pytest.mark.parametrize("op", ["atomic", "atomic_reduce"])
def test_atomics_update_each_element(op: str) -> None:
    target, value, old = np.arange(8, dtype=np.float32), np.ones(8, np.float32), np.zeros(8, np.float32)
    text = instantiate(Wanted(f"bang.{op}", ("add",), frozenset({"vector"}), ("f32", "f32", "f32")))
    module = compiled(text)
    jit.run(module, "meaning", [*([old] if op == "atomic" else []), target, value, 8])
    np.testing.assert_array_equal(target, np.arange(8) + 1)
    if op == "atomic":
        np.testing.assert_array_equal(old, np.arange(8))


def test_unknown_kind_has_no_meaning() -> None:
    assert instantiate(Wanted("bang.unary", ("cbrt",), types=("f32", "f32"))) is None
    assert instantiate(Wanted("bang.unary", ("sqrt",), types=("i32", "i32"))) is None
