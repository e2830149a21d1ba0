"""C and C++ with AVX-512 as a source language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clang.cindex import Cursor
from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.frontend import scratch_memory
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler, Language
from xpiler.frontend.reader import Reader
from xpiler.frontend.simt.runtime import launch_arguments
from xpiler.frontend.standard_library import INVARIANT
from xpiler.frontend.values import Pointer, Scalar
from xpiler.frontend.vnni import library, omp_library
from xpiler.frontend.vnni.functions import is_kernel
from xpiler.frontend.vnni.intrinsic import Intrinsic, Memory
from xpiler.frontend.vnni.memory import bits_of
from xpiler.frontend.vnni.openmp import read_pragma
from xpiler.frontend.vnni.table import intrinsics
from xpiler.platforms.vnni.c_text import word_flags

INCLUDE = Path(__file__).resolve().parents[2] / "platforms" / "vnni" / "include"
POINTER_MARK = "*"
MACHINE_WORDS = (
    "register",
    "lane",
    "mask",
    "zmm",
    "ymm",
    "xmm",
    "simd",
    r"avx\S*",
    "vnni",
    "vector",
    "tail",
    "cache",
    "intrinsic",
    "openmp",
    "omp",
    "thread",
    "unrolled",
    r"_mm\w+",
    r"__\w+",
)
FEATURES = {
    "icelake-server": ("AVX512F", "AVX512BW", "AVX512DQ", "AVX512VL", "AVX512CD", "AVX512VNNI", "AVX512VBMI", "AVX2", "AVX", "FMA", "F16C"),
}


def handler(row: Intrinsic) -> Handler:
    """The reader of one intrinsic's call: its arguments as the row's builder wants them."""

    def read(call: Call) -> Scalar | None:
        arguments = [_argument(call, position, kind) for position, kind in enumerate(row.parameters)]
        builder = call.reader.builder
        assert builder.block is not None
        with builder.location, ir.InsertionPoint(builder.block):
            try:
                made = row.build(*arguments)
            except ValueError as error:
                raise call.refuse(str(error)) from None
            except Unsupported as error:
                raise call.refuse(error.diagnostics[0].message) from None
        return None if made is None else call.result(made)

    return read


def _argument(call: Call, position: int, kind: str) -> ir.Value | Memory | int:
    if kind == "imm":
        return call.constant(position)
    if POINTER_MARK in kind:
        return behind_casts(call, call.pointer(position))
    return call.value(position)


def behind_casts(call: Call, pointer: Pointer) -> Memory:
    """The memory a pointer means, in elements of the buffer itself: `(__m256i *)p` says nothing of its elements."""
    builder = call.reader.builder
    base, offset = pointer.base, pointer.offset
    while not isinstance(base.owner, ir.Block) and base.owner.operation.name == "xpiler.view":
        source, start = base.owner.operation.operands
        ratio, rest = divmod(_bits(base), _bits(source))
        if rest or ratio == 0:
            break
        base, offset = source, builder.add_index(start, builder.scale_index(offset, ratio))
    return Memory(base, offset if offset is not None else builder.index(0))


def _bits(buffer: ir.Value) -> int:
    return bits_of(ir.MemRefType(buffer.type).element_type)


def launch(reader: Reader, cursor: Cursor, kernel: str) -> None:
    """A kernel called by another function of the file."""
    operands = launch_arguments(reader, cursor, kernel)
    reader.builder.op("xpiler.call", operands, attributes={"kernel": ir.FlatSymbolRefAttr.get(kernel)})


def macros(_: object) -> Mapping[str, str]:
    """The feature macros of the architecture."""
    return {f"__{feature}__": "1" for feature in FEATURES["icelake-server"]}


def language() -> Language:
    """C++17 with the declarations of our own immintrin.h."""
    return Language(
        name="vnni",
        flags=("-x", "c++"),
        suffix=".cpp",
        include_dirs=(INCLUDE,),
        prelude="immintrin.h",
        default_arch="icelake-server",
        machine_words=MACHINE_WORDS,
        word_flags=word_flags,
        device_macros=macros,
        is_kernel=is_kernel,
        builtins={
            **{row.name: handler(row) for row in (*intrinsics().values(), *library.functions())},
            **scratch_memory.builtins(),
            **omp_library.builtins(),
        },
        invariant_calls=INVARIANT,
        run_time_array=scratch_memory.run_time_array,
        is_builtin_text=library.is_ours,
        pragma=read_pragma,
        launch=launch,
    )
