"""What a proof for all sizes must not overlook: each source has a right twin that is proved and a wrong one that is not.

The wrong ones differ beyond the sizes that are executed, so that integer sets alone stand between them and a verdict.
"""

from __future__ import annotations

import pytest
from all_sizes import doubt
from mlir import ir

from xpiler.dialects import context
from xpiler.verify.symbolic.stage import prove


def omp(body: str) -> str:
    return f'#include <cmath>\nextern "C" void k_kernel(float *A, float *T, int n) {{\nfor (int i = 0; i < n; ++i) {{\n{body}\n}}\n}}\n'


def simt(launch: str, body: str = "if (i < n) T[i] = A[i] + 1.0f;") -> str:
    return (
        "#include <cuda_runtime.h>\n__global__ void k(const float *A, float *T, int n) {\n"
        f"int i = (blockIdx.x * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;\n{body}\n}}\n"
        'extern "C" void k_kernel(const float *A, float *T, int n) {\n  float *a, *t;\n  size_t bytes = n * sizeof(float);\n'
        "  cudaMalloc(&a, bytes);\n  cudaMalloc(&t, bytes);\n  cudaMemcpy(a, A, bytes, cudaMemcpyHostToDevice);\n"
        f"{launch}  cudaMemcpy(T, t, bytes, cudaMemcpyDeviceToHost);\n  cudaFree(t);\n}}\n"
    )


def lanes(mask: str) -> str:
    vector = "_mm512_add_ps(_mm512_maskz_loadu_ps(m, A + i), _mm512_set1_ps(1.0f))"
    return (
        '#include <immintrin.h>\nextern "C" void k_kernel(float *A, float *T, int n) {\nfor (int i = 0; i < n; i += 16) {\n'
        f"int left = n - i < 16 ? n - i : 16;\n__mmask16 m = {mask};\n_mm512_mask_storeu_ps(T + i, m, {vector});\n}}\n}}\n"
    )


def masked(total: str) -> str:
    stored = f"_mm512_mask_storeu_ps(T + i * 8, 0x00ff, _mm512_set1_ps({total}));"
    return (
        '#include <immintrin.h>\nextern "C" void k_kernel(float *A, float *T, int n) {\nfor (int i = 0; i < n; ++i) {\n'
        f"__m512 all = _mm512_loadu_ps(A + i * 16);\n__m512 half = _mm512_maskz_loadu_ps(0x00ff, A + i * 16);\n{stored}\n}}\n}}\n"
    )


LOOP = "for (int j = 0; j < (i == 300 ? 1 : 2); ++j) s {} T[i] = s;"
ONE_MORE = omp("T[i] = A[i] + 1.0f;")
LAUNCH = "k<<<(n + 255) / 256, 256>>>(a, t, n);\n"
PAIRS = {
    "a sum that may start from nothing": (
        omp("float s = 0; " + LOOP.format("+= A[i];")),
        omp("float s = 0; " + LOOP.format("= s + A[i];")),
        omp("float s; if (i != 300) s = 0; " + LOOP.format("+= A[i];")),
        "unknown value",
    ),
    "a maximum that may start from nothing": (
        omp("float s = 0; " + LOOP.format("= fmaxf(s, A[i]);")),
        omp("float s = 0; " + LOOP.format("= fmaxf(A[i], s);")),
        omp("float s; if (i != 300) s = 0; " + LOOP.format("= fmaxf(s, A[i]);")),
        "unknown value",
    ),
    "an unsigned integer that wraps before it is a float": (
        omp("T[i] = (double)(i + 300);"),
        omp("T[i] = (double)(unsigned)(i + 300);"),
        omp("T[i] = (double)(unsigned)(i - 300);"),
        "may have wrapped",
    ),
    "a mask of fewer lanes than the vector": (
        ONE_MORE,
        lanes("(__mmask16)((1u << left) - 1)"),
        lanes("(__mmask8)((1u << left) - 1)"),
        "not shown equal",
    ),
    "a sum of all lanes in some lanes of another vector": (
        omp("float s = 0; for (int j = 0; j < 16; ++j) s += A[i * 16 + j]; for (int j = 0; j < 8; ++j) T[i * 8 + j] = s;"),
        masked("_mm512_reduce_add_ps(all)"),
        masked("_mm512_reduce_add_ps(half)"),
        "not shown",
    ),
    "memory that is freed": (
        ONE_MORE,
        simt(LAUNCH + "cudaFree(a);\n"),
        simt("cudaFree(a);\n" + LAUNCH),
        "freed",
    ),
    "memory that is freed twice": (
        ONE_MORE,
        simt(LAUNCH),
        simt(LAUNCH + "if (n > 300) cudaFree(t);\n"),
        "freed",
    ),
}


@pytest.mark.parametrize(("source", "right", "wrong", "reason"), PAIRS.values(), ids=PAIRS)
def test_only_the_right_twin_is_proved(written, source: str, right: str, wrong: str, reason: str) -> None:
    files = [written(text, ".cu" if "__global__" in text else ".cpp") for text in (source, right, wrong)]
    assert doubt(files[0], files[1]) == ""
    assert reason in doubt(files[0], files[2])


@pytest.mark.parametrize(
    ("text", "most"),
    [
        (omp("T[i] = A[i] + 1.0f;").replace("++i", "i += 1"), 2147483647),
        (omp("for (int j = 0; j < 1024 && j < n - i; ++j) T[i + j] = A[i + j] + 1.0f;").replace("++i", "i += 1024"), 2147482624),
        (ONE_MORE.replace("int ", "long "), (1 << 40) - 1),
        (simt("k<<<64, 256>>>(a, t, n);\n", "for (int j = i; j < n; j += 64 * 256) T[j] = A[j] + 1.0f;"), 2147467264),
    ],
    ids=["one", "a tile", "64 bits", "a grid"],
)
def test_the_scope_ends_where_the_last_step_of_a_loop_leaves_its_type(written, text: str, most: int) -> None:
    module = written(text, ".cu" if "__global__" in text else ".cpp")
    assert prove(module, module, 60.0).scope == f"all sizes with 1 <= n <= {most}"


def test_a_block_has_at_most_1024_threads(written) -> None:
    """Each side of the block is allowed, their product is not."""
    launch = "k<<<(n + 1023) / 1024, dim3({}, 32)>>>(a, t, n);\n"
    source = written(ONE_MORE, ".cpp")
    assert prove(source, written(simt(launch.format(32)), ".cu"), 60.0).scope
    assert "every size" in _refusal(source, written(simt(launch.format(64)), ".cu"))


def _refusal(source: ir.Module, target: ir.Module) -> str:
    from xpiler.verify.limits import NotModelled

    with pytest.raises(NotModelled) as caught:
        prove(source, target, 60.0)
    return caught.value.diagnostics[0].message


CARRIED = """
func.func @k(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) {{
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c9 = arith.constant 9 : i32
  %r:3 = scf.while (%i = %c0, %x = %c0) : (i32, i32) -> (i32, i32, i32) {{
    %past = arith.subi %i, %c9 overflow<nsw> : i32
    %d = arith.maxsi %past, %c0 : i32
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i, %x, %d : i32, i32, i32
  }} do {{
  ^bb0(%i: i32, %x: i32, %d: i32):
    %x1 = arith.addi %x, {step} overflow<nsw> : i32
    %i1 = arith.addi %i, %c1 overflow<nsw> : i32
    %to = arith.subi %i, %x overflow<nsw> : i32
    %k = arith.index_cast %i : i32 to index
    %q = arith.index_cast %to : i32 to index
    %v = memref.load %A[%k] : memref<?xf32>
    memref.store %v, %T[%q] : memref<?xf32>
    scf.yield %i1, %x1 : i32, i32
  }}
  return
}}
"""


def test_what_a_loop_makes_anew_is_no_fixed_step() -> None:
    """The amount that the condition computes is 0 at first, and only at first."""
    with context():
        fixed, anew = (ir.Module.parse(CARRIED.format(step=step)) for step in ("%c0", "%d"))
    assert doubt(fixed, fixed) == ""
    assert "an address that depends on data" in doubt(fixed, anew)


def test_a_geometry_in_floats_is_refused(written) -> None:
    launch = "int g = (int)ceilf(n / 256.0f);\nk<<<g, 256>>>(a, t, n);\n"
    assert "geometry" in doubt(written(ONE_MORE, ".cpp"), written(simt(launch), ".cu"))


def test_bytes_that_are_counted_in_an_int_bound_the_sizes(written) -> None:
    """`int bytes = n * 4` is read as n elements; past 2^29 of them it overflows."""
    source, wide = written(ONE_MORE, ".cpp"), simt(LAUNCH)
    narrow = wide.replace("size_t bytes = n * sizeof(float);", "int bytes = n * 4;")
    assert narrow != wide
    assert prove(source, written(wide, ".cu"), 60.0).scope == "all sizes with 1 <= n <= 2147483392"
    found = prove(source, written(narrow, ".cu"), 60.0)
    assert found.scope == "all sizes with 1 <= n <= 536870911"
    assert any("fits the int" in text and ":" in text for text in found.assumptions)
