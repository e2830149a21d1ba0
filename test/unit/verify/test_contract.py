"""The proof contract by rule, on texts: a pair that must be proved, and a twin with one thing changed that must not."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.verdict import Verdict


def omp(body: str, element: str = "float") -> str:
    return f'#include <cmath>\n#include <cstdint>\nextern "C" void k_kernel({element} *A, {element} *T, int n) {{\n{body}\n}}\n'


def simt(body: str, block: int = 8, platform: str = "cuda") -> str:
    header = "cuda_runtime.h" if platform == "cuda" else "hip/hip_runtime.h"
    return (
        f"#include <{header}>\n__global__ void k(float *A, float *T, int n) {{\n{body}\n}}\n"
        f'extern "C" void k_kernel(float *A, float *T, int n) {{\n  float *a, *t;\n  size_t bytes = n * sizeof(float);\n'
        f"  {platform}Malloc(&a, bytes);\n  {platform}Malloc(&t, bytes);\n"
        f"  {platform}Memcpy(a, A, bytes, {platform}MemcpyHostToDevice);\n  {platform}Memcpy(t, T, bytes, {platform}MemcpyHostToDevice);\n"
        f"  k<<<1, {block}>>>(a, t, n);\n"
        f"  {platform}Memcpy(T, t, bytes, {platform}MemcpyDeviceToHost);\n"
        f"  {platform}Memcpy(A, a, bytes, {platform}MemcpyDeviceToHost);\n}}\n"
    )


def bang(body: str) -> str:
    return (
        "#include <bang.h>\n#include <cnrt.h>\n"
        f"__mlu_global__ void k(float *A, float *T, int n) {{\n__nram__ float x[64];\n__nram__ float y[64];\n{body}\n}}\n"
        'extern "C" void k_kernel(float *A, float *T, int n) {\n  float *a, *t;\n  size_t bytes = n * sizeof(float);\n'
        "  cnrtMalloc((void **)&a, bytes);\n  cnrtMalloc((void **)&t, bytes);\n"
        "  cnrtMemcpy(a, A, bytes, cnrtMemcpyHostToDev);\n  cnrtMemcpy(t, T, bytes, cnrtMemcpyHostToDev);\n"
        "  cnrtQueue_t q;\n  cnrtQueueCreate(&q);\n  cnrtDim3_t dim = {1, 1, 1};\n  k<<<dim, cnrtFuncTypeBlock, q>>>(a, t, n);\n"
        "  cnrtQueueSync(q);\n  cnrtMemcpy(T, t, bytes, cnrtMemcpyDevToHost);\n}\n"
    )


COPY = "for (int i = 0; i < 8; ++i) T[i] = A[i];"
DOUBLE = "for (int i = 0; i < 64; ++i) T[i] = A[i] + A[i];"
LOAD, STORE = "__memcpy_async(x, A, 64 * sizeof(float), GDRAM2NRAM);", "__memcpy(T, y, 64 * sizeof(float), NRAM2GDRAM);"
BACK = "__memcpy_async(T, y, 64 * sizeof(float), NRAM2GDRAM);"
SUM_TWICE = "float s = 0; for (int i = 0; i < 8; ++i) s += A[i / 2]; T[0] = s;"
HALVES = "_Float16 s = 0; for (int i = {order}) s = (_Float16)((float)s + A[i]); T[0] = (float)s;"

# rule and what it is about: source, its equal, its twin
RULES = {
    "2, macros of device code": (
        omp(COPY),
        simt("#ifdef __CUDA_ARCH__\nT[threadIdx.x] = A[threadIdx.x];\n#endif"),
        simt("#ifndef __CUDA_ARCH__\nT[threadIdx.x] = A[threadIdx.x];\n#endif"),
    ),
    "3, inputs are state": (
        omp(COPY),
        simt("T[threadIdx.x] = A[threadIdx.x];"),
        simt("T[threadIdx.x] = A[threadIdx.x]; A[threadIdx.x] = 0;"),
    ),
    "3, what is left unwritten": (
        omp("for (int i = 1; i < 8; i += 2) T[i] = A[i];"),
        simt("if (threadIdx.x % 2 == 1) T[threadIdx.x] = A[threadIdx.x];"),
        simt("T[threadIdx.x] = threadIdx.x % 2 == 1 ? A[threadIdx.x] : 0;"),
    ),
    "8, uninitialised reads": (
        omp(COPY),
        omp("float x[8]; for (int i = 0; i < 8; ++i) x[i] = A[i]; for (int i = 0; i < 8; ++i) T[i] = x[i];"),
        omp("float x[8]; for (int i = 0; i < 7; ++i) x[i] = A[i]; for (int i = 0; i < 8; ++i) T[i] = x[i];"),
    ),
    "9, bits of a number": (
        omp(COPY),
        simt("T[threadIdx.x] = __int_as_float(__float_as_int(A[threadIdx.x]));"),
        simt("T[threadIdx.x] = (float)__float_as_int(A[threadIdx.x]);"),
    ),
    "10, the destination before the wait": (
        omp(DOUBLE),
        bang(f"{LOAD} __sync_io_move_compute(); __bang_add(y, x, x, 64); {STORE}"),
        bang(f"{LOAD} __bang_add(y, x, x, 64); __sync_io_move_compute(); {STORE}"),
    ),
    "10, the source before the wait": (
        omp(DOUBLE),
        bang(f"{LOAD} __sync_io_move_compute(); __bang_add(y, x, x, 64); {BACK} __sync_io_move_compute(); __bang_write_zero(y, 64);"),
        bang(f"{LOAD} __sync_io_move_compute(); __bang_add(y, x, x, 64); {BACK} __bang_write_zero(y, 64); __sync_io_move_compute();"),
    ),
    "10, the end of the task waits": (
        omp(DOUBLE),
        bang(f"{LOAD} __sync_io_move_compute(); __bang_add(y, x, x, 64); {BACK}"),
        bang(f"{LOAD} __sync_io_move_compute(); __bang_add(y, x, x, 64); {BACK} __bang_write_zero(y, 64);"),
    ),
    "13, lanes of a wave": (
        omp("for (int i = 0; i < 64; ++i) T[i] = A[63 - i];"),
        simt("T[threadIdx.x] = __shfl_xor(A[threadIdx.x], 63);", 64, "hip"),
        simt("T[threadIdx.x] = __shfl_xor_sync(0xffffffff, A[threadIdx.x], 31);", 64),
    ),
    "14, unsigned wraps": (
        omp("for (int i = 0; i < 8; ++i) T[i] = (unsigned)(i - 1) < 7u ? A[i] : 0;"),
        simt("T[threadIdx.x] = threadIdx.x == 0 ? 0 : A[threadIdx.x];"),
        simt("T[threadIdx.x] = A[threadIdx.x];"),
    ),
    "14, signs of data": (
        omp("for (int i = 0; i < 8; ++i) T[i] = (uint8_t)A[i] * 2;", "int"),
        omp("for (int i = 0; i < 8; ++i) T[i] = (uint8_t)A[i] + (uint8_t)A[i];", "int"),
        omp("for (int i = 0; i < 8; ++i) T[i] = (int8_t)A[i] * 2;", "int"),
    ),
    "16, multiplicity": (
        omp(SUM_TWICE),
        omp("float s = 0; for (int i = 0; i < 4; ++i) s += 2 * A[i]; T[0] = s;"),
        omp("float s = 0; for (int i = 0; i < 4; ++i) s += A[i]; T[0] = s;"),
    ),
    "16, idempotent operators": (
        omp("float m = A[0]; for (int i = 1; i < 8; ++i) m = A[i / 2] > m ? A[i / 2] : m; T[0] = m;"),
        omp("float m = A[3]; for (int i = 0; i < 3; ++i) m = m < A[i] ? A[i] : m; T[0] = m;"),
        omp("float m = A[3]; for (int i = 0; i < 3; ++i) m = m > A[i] ? A[i] : m; T[0] = m;"),
    ),
    "16, the initial value": (
        omp("for (int i = 0; i < 8; ++i) T[0] += A[i];"),
        omp("float s = 0; for (int i = 7; i >= 0; --i) s += A[i]; T[0] = s + T[0];"),
        omp("float s = 0; for (int i = 7; i >= 0; --i) s += A[i]; T[0] = s;"),
    ),
    "17, roundings inside of a reduction": (
        omp(HALVES.format(order="0; i < 3; ++i")),
        omp("_Float16 s = (_Float16)A[0]; s = (_Float16)(A[1] + (float)s); T[0] = (float)(_Float16)(A[2] + (float)s);"),
        omp(HALVES.format(order="2; i >= 0; --i")),
    ),
    "17, the lowest float is not minus infinity": (
        omp("float m = -INFINITY; for (int i = 0; i < 8; ++i) m = fmaxf(m, A[i]); T[0] = m;"),
        omp("float m = A[0]; for (int i = 1; i < 8; ++i) m = fmaxf(m, A[i]); T[0] = m;"),
        omp("float m = -65504.0f; for (int i = 0; i < 8; ++i) m = fmaxf(m, A[i]); T[0] = m;"),
    ),
    "18, online softmax": (
        omp(
            "float m = A[0], s = 0; for (int i = 1; i < 4; ++i) m = A[i] > m ? A[i] : m;"
            " for (int i = 0; i < 4; ++i) s += expf(A[i] - m); for (int i = 0; i < 4; ++i) T[i] = expf(A[i] - m) / s;"
        ),
        omp(
            "float m = A[0], s = 1; for (int i = 1; i < 4; ++i) { float p = m; m = A[i] > m ? A[i] : m;"
            " s = s * expf(p - m) + expf(A[i] - m); } for (int i = 0; i < 4; ++i) T[i] = expf(A[i] - m) / s;"
        ),
        omp(
            "float m = A[0], s = 1; for (int i = 1; i < 4; ++i) { m = A[i] > m ? A[i] : m;"
            " s = s + expf(A[i] - m); } for (int i = 0; i < 4; ++i) T[i] = expf(A[i] - m) / s;"
        ),
    ),
}


def size_of(rule: str) -> dict[str, int]:
    return {"n": 64 if "wait" in rule or "wave" in rule else 8}


def suffix(text: str) -> str:
    return ".mlu" if "bang.h" in text else ".hip" if "hipMalloc" in text else ".cu" if "cudaMalloc" in text else ".cpp"


@pytest.mark.parametrize("rule", RULES)
def test_equal_texts_are_proved(written, rule: str) -> None:
    source, equal, _ = (written(text, suffix(text)) for text in RULES[rule])
    found = answer(source, equal, size_of(rule))
    assert found.verdict is Verdict.PROVED, found


@pytest.mark.parametrize("rule", RULES)
def test_twins_are_not(written, rule: str) -> None:
    source, _, twin = (written(text, suffix(text)) for text in RULES[rule])
    assert answer(source, twin, size_of(rule)).verdict is not Verdict.PROVED
