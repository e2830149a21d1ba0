"""taskId and its kin, and the tests for the kind of core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir

from xpiler.frontend.c_types import BOOL, I32
from xpiler.frontend.calls import Call
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

NAMES = {
    "taskId": "task_id", "taskIdX": "task_id_x", "taskIdY": "task_id_y", "taskIdZ": "task_id_z",
    "taskDim": "task_dim", "taskDimX": "task_dim_x", "taskDimY": "task_dim_y", "taskDimZ": "task_dim_z",
    "coreId": "core_id", "coreDim": "core_dim", "clusterId": "cluster_id", "clusterDim": "cluster_dim",
}  # fmt: skip


def _index(kind: str):
    def read(reader: Reader, cursor: Cursor, member: str) -> Value:
        attribute = ir.Attribute.parse(f"#bang.index_kind<{kind}>")
        return Scalar(reader.builder.value("bang.index", [], I32.mlir(), {"kind": attribute}), I32)

    return read


def _is_memory_core(call: Call) -> Scalar:
    return Scalar(call.emit("bang.is_memory_core", [], [BOOL.mlir()]).results[0], BOOL)


def _is_core(call: Call) -> Scalar:
    memory = _is_memory_core(call).ssa
    return Scalar(call.emit("arith.xori", [memory, call.reader.builder.boolean(True)], [BOOL.mlir()]).results[0], BOOL)


INDICES = {spelling: _index(kind) for spelling, kind in NAMES.items()}
TESTS = {"__is_mpu": _is_memory_core, "__is_ipu": _is_core}
