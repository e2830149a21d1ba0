"""Compiles the meaning of an operation and calls it with numpy arrays and scalars."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
from mlir import ir
from mlir.execution_engine import ExecutionEngine
from mlir.passmanager import PassManager
from mlir.runtime import get_ranked_memref_descriptor

from xpiler.dialects import context
from xpiler.dialects.semantics import Wanted, instantiate
from xpiler.execution.byte_flags import widen_flag_arrays

LOWERING = (
    "builtin.module(func.func(scf-forall-to-for),func.func(memref-expand),convert-scf-to-cf,"
    "math-expand-ops{ops=exp2,roundeven,powf},convert-math-to-llvm,convert-math-to-libm,expand-strided-metadata,"
    "convert-to-llvm,reconcile-unrealized-casts)"
)
CTYPES = {"i1": ctypes.c_bool, "i8": ctypes.c_int8, "i16": ctypes.c_int16, "i32": ctypes.c_int32, "i64": ctypes.c_int64}
CTYPES |= {"index": ctypes.c_int64, "f32": ctypes.c_float, "f64": ctypes.c_double, "f16": ctypes.c_uint16}
DTYPES = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "i1": np.bool_}
DTYPES |= {"i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64}


class Compiled:
    """A meaning as a function of numpy arrays (changed in place) and Python scalars."""

    def __init__(self, wanted: Wanted, **constants: int):
        text = instantiate(wanted, **constants)
        assert text is not None, f"{wanted} has no meaning"
        ctx = context()
        with ctx, ir.Location.unknown():
            module = ir.Module.parse(text)
            function = next(op for op in module.body.operations if op.sym_name.value == "meaning")
            self.inputs = [str(type_) for type_ in function.type.inputs]
            self.results = [str(type_) for type_ in function.type.results]
            for op in list(module.body.operations):
                widen_flag_arrays(op.operation)
            function.operation.attributes["llvm.emit_c_interface"] = ir.UnitAttr.get()
            PassManager.parse(LOWERING).run(module.operation)
            self.engine = ExecutionEngine(module, opt_level=0)

    def __call__(self, *arguments):
        """Calls it; the result is the function's scalar, if it has one."""
        assert len(arguments) == len(self.inputs), f"expected {self.inputs}"
        packed = [_packed(value, type_) for value, type_ in zip(arguments, self.inputs, strict=True)]
        result = CTYPES[self.results[0]]() if self.results else None
        if result is not None:
            packed.append(ctypes.pointer(result))
        self.engine.invoke("meaning", *packed)
        if result is None:
            return None
        return np.uint16(result.value).view(np.float16) if self.results == ["f16"] else result.value


def _packed(value, type_: str):
    if type_.startswith("memref"):
        assert isinstance(value, np.ndarray)
        return ctypes.pointer(ctypes.pointer(get_ranked_memref_descriptor(value)))
    if type_ == "f16":
        value = int(np.float16(value).view(np.uint16))
    return ctypes.pointer(CTYPES[type_](value))


@cache
def compiled(op: str, *kinds: str, types: tuple[str, ...] = (), words: tuple[str, ...] = (), **constants: int) -> Compiled:
    """The compiled meaning of `op` in one of its forms."""
    return Compiled(Wanted(op, kinds, frozenset(words), types), **constants)
