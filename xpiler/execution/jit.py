"""Shared form run on this machine through MLIR's JIT.

`run(module, "softmax", [A, T, rows, columns])` calls one kernel on numpy arrays, which it writes in place, and Python
scalars. `compile_module` keeps the compiled module for many calls. bf16 arrays are `uint16` arrays of the bits.

The kernel runs in this process: give it only code whose accesses are known to be in bounds, or start a child.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mlir import ir
from mlir.execution_engine import ExecutionEngine
from mlir.passmanager import PassManager
from mlir.runtime import get_ranked_memref_descriptor

from xpiler.execution.executable_form import executable_copy

PIPELINE = (
    "scf-forall-to-for",
    "func.func(convert-linalg-to-loops)",
    "lower-affine",
    "func.func(memref-expand)",
    "func.func(arith-expand)",
    "convert-scf-to-cf",
    "expand-strided-metadata",
    "lower-affine",
    "func.func(lower-vector-multi-reduction)",
    "convert-vector-to-scf",
    "convert-scf-to-cf",
    "convert-vector-to-llvm",
    "func.func(math-expand-ops{ops=sinh,cosh,tan,tanh,asinh,acosh,atanh,ctlz,exp2,powf,fpowi,rsqrt,clampf})",
    "convert-math-to-llvm",
    "convert-math-to-libm",
    "finalize-memref-to-llvm",
    "convert-arith-to-llvm",
    "convert-index-to-llvm",
    "convert-func-to-llvm",
    "convert-cf-to-llvm",
    "convert-ub-to-llvm",
    "reconcile-unrealized-casts",
)

ARRAY_TYPES = {
    "i1": "bool", "i8": "int8 uint8", "i16": "int16 uint16", "i32": "int32 uint32", "i64": "int64 uint64",
    "index": "int64", "f16": "float16", "bf16": "uint16", "f32": "float32", "f64": "float64",
}  # fmt: skip
FLOATS = {"f32": ctypes.c_float, "f64": ctypes.c_double}
INTEGERS = {
    "i1": ctypes.c_uint8,
    "i8": ctypes.c_int8,
    "i16": ctypes.c_int16,
    "i32": ctypes.c_int32,
    "i64": ctypes.c_int64,
    "index": ctypes.c_int64,
}

Argument = np.ndarray | float | int | bool


class CompiledModule:
    """A module in machine code; `run` calls one of its functions."""

    def __init__(self, module: ir.Module, optimise: int = 2):
        self._context = module.context
        copy = executable_copy(module)
        self._types = {_name(op): list(ir.TypeAttr(op.attributes["function_type"]).value.inputs) for op in _functions(module)}
        with self._context:
            PassManager.parse(f"builtin.module({','.join(PIPELINE)})").run(copy.operation)
        self._engine = ExecutionEngine(copy, opt_level=optimise, shared_libs=_runtime_libraries())

    def run(self, name: str, arguments: Sequence[Argument]) -> None:
        """Call `name`; arrays are changed in place. TypeError where an argument does not fit its parameter."""
        if name not in self._types:
            raise KeyError(f"no function '{name}' in the module, only {sorted(self._types)}")
        types = self._types[name]
        if len(types) != len(arguments):
            raise TypeError(f"'{name}' takes {len(types)} arguments, got {len(arguments)}")
        packed = [_pack(value, type_, f"{name}, argument {i}") for i, (value, type_) in enumerate(zip(arguments, types, strict=True))]
        self._engine.invoke(name, *packed)


def compile_module(module: ir.Module, *, optimise: int = 2) -> CompiledModule:
    """Compile the kernels of a shared-form module; the module itself is left as it is."""
    return CompiledModule(module, optimise)


def run(module: ir.Module, name: str, arguments: Sequence[Argument]) -> None:
    """Compile `module` and call its function `name` once, on arrays (changed in place) and scalars."""
    compile_module(module).run(name, arguments)


def _functions(module: ir.Module) -> list[ir.Operation]:
    return [op.operation for op in module.body.operations if op.operation.name == "func.func"]


def _name(function: ir.Operation) -> str:
    return ir.StringAttr(function.attributes["sym_name"]).value


def _runtime_libraries() -> list[str]:
    """MLIR's conversions of f16 and bf16, which the machine code calls where the CPU has none."""
    import mlir

    folder = Path(next(iter(mlir.__path__)), "lib")
    library = folder / "libmlir_float16_utils.so"
    return [str(library)] if library.exists() else []


def _pack(value: Argument, type_: ir.Type, where: str) -> ctypes.c_void_p:
    if isinstance(type_, ir.MemRefType):
        descriptor = get_ranked_memref_descriptor(_array(value, type_, where))
        return ctypes.pointer(ctypes.pointer(descriptor))
    return ctypes.pointer(_scalar(value, str(type_), where))


def _array(value: Argument, type_: ir.MemRefType, where: str) -> np.ndarray:
    """The array as the parameter's rank sees it, without a copy."""
    allowed = ARRAY_TYPES[str(type_.element_type)].split()
    if not isinstance(value, np.ndarray) or value.dtype.name not in allowed:
        got = value.dtype.name if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{where}: expected an array of {' or '.join(allowed)} for {type_}, got {got}")
    if type_.rank == value.ndim:
        return value
    if type_.rank != 1 or not value.flags.c_contiguous:
        raise TypeError(f"{where}: expected a contiguous array for {type_}, got shape {value.shape}")
    return value.reshape(-1)


def _scalar(value: Argument, type_: str, where: str) -> ctypes._SimpleCData:
    if isinstance(value, np.ndarray):
        raise TypeError(f"{where}: expected a scalar for {type_}, got an array")
    if type_ in FLOATS:
        return FLOATS[type_](float(value))
    if type_ in INTEGERS:
        return INTEGERS[type_](int(value))
    if type_ == "f16":
        return ctypes.c_uint16(int(np.float16(value).view(np.uint16)))
    if type_ == "bf16":
        return ctypes.c_uint16(_bf16_bits(float(value)))
    raise TypeError(f"{where}: no argument of type {type_} can be passed")


def _bf16_bits(value: float) -> int:
    """The upper half of the float, rounded to nearest even."""
    bits = int(np.float32(value).view(np.uint32))
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) & 0xFFFF
