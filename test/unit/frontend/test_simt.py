"""CUDA's and HIP's builtins as their operations."""

from __future__ import annotations

import pytest

KERNEL = "__global__ void k(float *x, const float *y, int *z, unsigned *u, half *h, int n) { %s }"


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        ("x[threadIdx.x] = blockIdx.y * blockDim.z + gridDim.x;", "cuda.block_id y"),
        ("__shared__ float s[32][33]; s[0][n] = 1; x[0] = s[n][0];", "memref<32x33xf32, #cuda.space<shared>>"),
        ("extern __shared__ float s[]; s[n] = 1; x[0] = s[0];", "cuda.dynamic_shared"),
        ("__syncthreads(); z[0] = __syncthreads_count(n > 3);", "cuda.barrier_reduce<count>"),
        ("x[0] = __shfl_xor_sync(0xffffffff, x[1], 16);", "cuda.shuffle<xor>"),
        ("x[0] = __shfl_down(x[1], 4, 8);", "cuda.shuffle<down>"),
        ("z[0] = __any_sync(0xffffffffu, n); u[0] = __ballot_sync(0xffffffffu, n > 1);", "cuda.vote<ballot>"),
        ("__syncwarp(); u[0] = __activemask();", "cuda.active_mask"),
        ("atomicAdd(&x[n], 1.0f); atomicMax(u + 1, 3u);", "cuda.atomic<umax>"),
        ("z[0] = atomicCAS(z + 1, 0, 1);", "cuda.atomic_cas"),
        ("x[0] = __expf(y[0]) + __fdividef(y[0], y[1]);", "cuda.approx_binary<div>"),
        ("x[0] = rsqrtf(y[0]) + fmaxf(y[0], 0.f) + max(y[1], y[2]);", "arith.maxnumf"),
        ("float4 v = reinterpret_cast<const float4 *>(y)[n]; x[0] = v.x + v.w;", "vector.load"),
        ("*(float4 *)(x + 4 * n) = make_float4(1, 2, 3, 4);", "vector.store"),
        ("h[0] = __hadd(h[1], h[2]) * h[3]; x[0] = __half2float(h[0]);", "arith.extf"),
        ("half2 p = __halves2half2(h[0], h[1]); p = __hfma2(p, p, p); h[2] = __low2half(p + p);", "math.fma"),
        ("x[0] = __ldg(y + n) + __ldg(&y[1]);", "memref.load"),
        ("z[0] = __popc(u[0]) + __clz(z[1]) + __ffs(z[2]);", "math.ctpop"),
        ("x[0] = __int_as_float(__float_as_int(y[0]) & 0x7fffffff);", "arith.bitcast"),
        ("z[0] = __CUDA_ARCH__;", "900"),
        ('printf("%d", n); assert(n > 0); x[0] = 1;', "memref.store"),
    ],
)
def test_builtin(read, body: str, operation: str) -> None:
    assert operation in read(KERNEL.replace("%s", body))


@pytest.mark.parametrize("platform", ["cuda", "hip"])
def test_masks_have_the_platforms_width(read, platform: str) -> None:
    text = read("__global__ void k(unsigned long long *x, int n) { x[0] = __ballot_sync(~0u, n); }", platform)
    assert ("mask %c-1_i32" in text) == (platform == "cuda")


def test_waves_of_the_architecture(read) -> None:
    source = "__global__ void k(float *x) { x[0] = __shfl_xor(x[1], 1); }"
    assert "64 : i32" in read(source, "hip", arch="gfx942")
    assert "32 : i32" in read(source, "hip", arch="gfx1100")


def test_wmma_in_a_loop_is_carried_as_a_value(read) -> None:
    text = read("""
#include <mma.h>
using namespace nvcuda;
__global__ void k(const half *A, const half *B, float *C, int K) {
  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> b;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc[2];
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> c;
  wmma::fill_fragment(c, 0.0f);
  wmma::fill_fragment(acc[0], 1.0f);
  for (int k = 0; k < K; k += 16) {
    wmma::load_matrix_sync(a, A + k, K);
    wmma::load_matrix_sync(b, B + k, K);
    wmma::mma_sync(c, a, b, c);
  }
  for (int i = 0; i < c.num_elements; ++i) c.x[i] *= 2.0f;
  wmma::store_matrix_sync(C, c, 16, wmma::mem_row_major);
}""")
    assert "iter_args" in text and "cuda.fragment_mma" in text and "!cuda.fragment<b, 16x16x16, f16, col>" in text
    assert "cuda.fragment_size" in text and "cuda.fragment_get" in text and "cuda.fragment_set" in text


def test_mfma(read) -> None:
    text = read(
        """
typedef _Float16 half4 __attribute__((ext_vector_type(4)));
typedef float float4v __attribute__((ext_vector_type(4)));
__global__ void k(const half4 *a, float4v *c) {
  float4v acc = {0, 0, 0, 0};
  acc = __builtin_amdgcn_mfma_f32_16x16x16f16(a[0], a[1], acc, 0, 0, 0);
  acc.x += acc[3];
  c[threadIdx.x] = acc;
}""",
        "hip",
    )
    assert "hip.mfma" in text and "vector.extract" in text and "vector.insert" in text


def test_constant_memory_and_user_macro(read) -> None:
    text = read(
        "__constant__ float w[4] = {1, 2, 3};\n__global__ void k(float *x) { x[0] = w[threadIdx.x] * SCALE; }", defines=("SCALE=2",)
    )
    assert "memref.global" in text and "#cuda.space<constant>" in text


def test_local_variable_shadows_a_builtin(read) -> None:
    assert "cuda.grid_dim" not in read("__global__ void k(float *x) { dim3 gridDim(7); x[0] = gridDim.x; }")


def test_kernel_named_like_a_function(read) -> None:
    assert "func.func @sin" in read('extern "C" __global__ void sin(float *x, int n) { x[0] = sinf(x[0]); }')


@pytest.mark.parametrize(
    ("declaration", "bytes_"),
    [("float4 t[8]", 16), ("char4 t[8][2]", 4), ("double2 t[8]", 16), ("float t[8]", None), ("float3 t[8]", None)],
)
def test_shared_arrays_of_vectors_are_aligned(read, declaration: str, bytes_: int | None) -> None:
    text = read(f"__global__ void k(float *x) {{ __shared__ {declaration}; if (x) *(float *)&t[threadIdx.x] = 1.0f; }}")
    (line,) = (line for line in text.splitlines() if "memref.alloca" in line)
    assert ("alignment = " in line) == (bytes_ is not None) and (bytes_ is None or f"alignment = {bytes_} :" in line)
