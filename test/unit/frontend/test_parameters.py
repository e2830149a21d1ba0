"""Parameters that are records, what only configures a launch, and the groups and registers that headers of ours describe."""

from __future__ import annotations

from xpiler.diagnostics import collecting

RECORD = """
struct Params { const float *src; float *dst; int n; };
struct Twice { __device__ float operator()(float x) const { return 2 * x; } };
template <class F> __global__ void apply(Params p, F f) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < p.n) p.dst[i] = f(p.src[i]);
}
void go(const float *src, float *dst, int n) {
  Params p{src, dst, n};
  apply<<<(n + 63) / 64, 64>>>(p, Twice());
}
"""
POOL = """
typedef struct { int rows, cols; } Shape;
void sums(const float *x, float *y, const Shape *s) {
  for (int r = 0; r < s->rows; ++r) { float t = 0; for (int c = 0; c < s->cols; ++c) t += x[r * s->cols + c]; y[r] = t; }
}
"""
TASKS = """
#include <bang.h>
__mlu_global__ void copy(const float *x, float *y, int n) { for (int i = taskId; i < n; i += taskDim) y[i] = x[i]; }
void go(cnrtDim3_t dim, cnrtFunctionType_t type, cnrtQueue_t queue, const float *x, float *y, int n) {
  copy<<<dim, type, queue>>>(x, y, n);
}
"""
TILES = """
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
namespace cg = cooperative_groups;
__global__ void k(const float *x, float *y) {
  cg::thread_block block = cg::this_thread_block();
  cg::thread_block_tile<16> tile = cg::tiled_partition<16>(block);
  float total = cg::reduce(tile, x[block.thread_rank()], cg::plus<float>{});
  if (tile.thread_rank() == 0) y[tile.meta_group_rank()] = total;
}
"""


def test_a_record_is_passed_by_its_fields_and_a_functor_not_at_all(read) -> None:
    text = read(RECORD)
    assert 'xpiler.records = [[0, 3, "Params{...}"], [3, 0, "Twice{...}"]]' in text
    assert all(f'xpiler.name = "{name}"' in text for name in ("src", "dst", "n"))
    assert "xpiler.launch" in text.split("@go")[1]


def test_a_record_behind_a_pointer_is_read_only(read) -> None:
    text = read(POOL, "vnni")
    assert "&static_cast<const Shape &>(Shape{...})" in text
    assert 'xpiler.name = "cols"' in text


def test_a_record_that_may_be_written_is_memory(read) -> None:
    assert "%s: memref<?xi32>" in read(POOL.replace("const Shape *s", "Shape *s"), "vnni")


def test_the_number_of_tasks_that_a_launcher_is_given_is_the_default_with_a_warning(read) -> None:
    with collecting() as warnings:
        text = read(TASKS, "bang")
    assert "#xpiler.task_kind<union4>" in text or "union4" in text
    assert "dim" not in text.split("@go(")[1].split(")")[0]
    assert "taken as Union4, 16 tasks" in warnings[0].message


def test_tiles_are_shuffles_of_their_width(read) -> None:
    text = read(TILES)
    assert "cuda.shuffle" in text
    assert "arith.constant 16 : i32" in text


REGISTERS = """#include <immintrin.h>
extern "C" void f(const float *x, const int *i, float *y) {
  __m256 a = _mm256_loadu_ps(x), b = _mm256_loadu_ps(x + 8);
  _mm256_storeu_ps(y, _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_shuffle_ps(a, b, 0xEE), 0x31));
  _mm512_storeu_ps(y + 8, _mm512_i32gather_ps(_mm512_loadu_si512(i), x, 4));
}
"""


def test_lanes_that_change_place_are_told_one_by_one(read) -> None:
    text = read(REGISTERS, "vnni")
    assert text.count("vector.from_elements") == 4
    assert text.count("memref.load") == 16


HELPER = """#include <immintrin.h>
static void micro(const float *x, float *y) {
  float acc[16];
  for (int l = 0; l < 16; ++l) acc[l] = 2 * x[l];
  for (int l = 0; l < 16; ++l) y[l] = acc[l];
}
extern "C" void tiles(const float *x, float *y, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; i += 16)
    micro(x + i, y + i);
}
"""


def test_an_array_of_a_helper_stands_where_the_kernel_calls_it(read) -> None:
    """So that it is seen to be declared inside of the parallel loop, and private to its iterations."""
    from mlir import ir

    from xpiler import frontend
    from xpiler.frontend import ReadOptions

    module = frontend.read(HELPER, "vnni", ReadOptions())
    lines = []
    module.operation.walk(
        lambda op: (
            lines.append(op.location.child_loc.start_line) or ir.WalkResult.ADVANCE if op.name == "memref.alloca" else ir.WalkResult.ADVANCE
        )
    )
    assert lines == [10]
