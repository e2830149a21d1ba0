"""Extents from the footprint: how they are found, and what the output says of those that nobody states."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xpiler import frontend, lowering, raising
from xpiler.diagnostics import collecting
from xpiler.frontend import ReadOptions
from xpiler.platforms.target import Target
from xpiler.stated_facts import state_facts
from xpiler.verify import signature

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "kernels"))
from corpus import EVERY, OPERATORS

SCALE = """
__global__ void scale(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
"""


GATHER = """
__global__ void rows(const float *table, const int *ids, float *out, int dim, int vocab) {
  int id = ids[blockIdx.x];
  if (GUARD) for (int i = threadIdx.x; i < dim; i += blockDim.x) out[blockIdx.x * dim + i] = table[id * dim + i];
}
void go(const float *table, const int *ids, float *out, int n, int dim, int vocab) {
  rows<<<n, min(dim, 256)>>>(table, ids, out, dim, vocab);
}
"""
WINDOW = """
__global__ void window(int n, const float *x, const float *w, float *y, int C, int H, int W, int OH, int OW, int stride, int pad) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) {
    int ow = i % OW, oh = i / OW % OH, c = i / OW / OH % C, b = i / OW / OH / C;
    int h = oh * stride - pad, v = ow * stride - pad;
    y[i] = h >= 0 && h < H && v >= 0 && v < W ? x[((b * C + c) * H + h) * W + v] * w[c] : 0.0f;
  }
}
void go(int n, const float *x, const float *w, float *y, int C, int H, int W, int OH, int OW, int stride, int pad) {
  window<<<min((n + 255) / 256, 4096), 256>>>(n, x, w, y, C, H, W, OH, OW, stride, pad);
}
"""


def _text(source: str, target: str = "bang") -> str:
    return lowering.emit(lowering.lower(raising.raise_module(frontend.read(source, "cuda", ReadOptions())), Target(target, "")))


def _header(extents: dict[str, str]) -> str:
    module = frontend.read(SCALE, "cuda", ReadOptions(launch="grid=(n+255)/256,block=256"))
    state_facts(module, "scale", extents, ())
    text = lowering.emit(lowering.lower(raising.raise_module(module), Target("bang", "")))
    return text.partition("#include")[0]


def test_a_guard_bounds_a_subscript_that_is_data() -> None:
    text = _text(GATHER.replace("GUARD", "id >= 0 && id < vocab"))
    assert "cnrtMalloc((void **)&device_table, (int64_t)dim_ * vocab * sizeof(float))" in text


def test_without_a_guard_there_is_no_host_launcher() -> None:
    text = _text(GATHER.replace("GUARD", "id >= 0"))
    assert "// Extent of table: not told by rows" in text
    assert "rows_kernel" not in text
    assert "void go(" in text


def test_the_digits_of_an_output_s_number_and_the_border_of_a_window_bound_subscripts() -> None:
    text = _text(WINDOW, "hip")
    assert "&device_w, C * sizeof(float)" in text
    assert "int i = blockIdx.x * 256 + threadIdx.x;\n  if (i < n)" in text


def test_guards_do_not_bring_each_other_s_variables_back() -> None:
    taps = "".join(f"if (y + {k} - 1 >= 0 && y + {k} - 1 < H) s += x[(y + {k} - 1) * W + c];" for k in range(3))
    loops = "for (int k = 0; k < 3; ++k) { int v = y + k - 1; if (v < 0 || v >= H) continue; s += x[v * W + c] * w[k * W + c]; }"
    for body in (taps, loops):
        head = "void column(const float *x, const float *w, float *o, int H, int W)"
        source = f"{head} {{ for (int y = 0; y < H; ++y) for (int c = 0; c < W; ++c) {{ float s = 0; {body} o[y * W + c] = s; }} }}"
        module = raising.raise_module(frontend.read(source, "vnni", ReadOptions()))
        assert "&device_x, (int64_t)H * W * sizeof(float)" in lowering.emit(lowering.lower(module, Target("hip", "")))


def test_extents_from_the_footprint_are_named() -> None:
    assert "// Extent of x, y: as far as scale reaches" in _header({})


def test_stated_extents_are_not() -> None:
    assert "// Extent of x: as far as" in _header({"y": "n"})


@pytest.mark.parametrize("name", [*OPERATORS, "conv2d", "gather"])
def test_every_extent_of_the_corpus_is_found(name: str) -> None:
    with collecting() as warnings:
        raising.raise_module(frontend.read(EVERY[name].source("vnni"), "vnni", ReadOptions()))
    assert not warnings


UNSIGNED = """
__global__ void rows(const float *x, float *y, size_t n, int cols) {
  size_t row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (row >= n) return;
  float s = 0;
  for (int c = threadIdx.x % 32; c < cols; c += 32) s += x[row * cols + c];
  for (int o = 16; o > 0; o >>= 1) s += __shfl_xor_sync(~0u, s, o);
  if (threadIdx.x % 32 == 0) y[row] = s;
}
void go(const float *x, float *y, size_t n, int cols) { rows<<<(n + 3) / 4, 128>>>(x, y, n, cols); }
"""


def test_an_unsigned_number_of_a_thread_is_its_number() -> None:
    text = _text(UNSIGNED, "vnni")
    assert "// Extent of x, y: as far as rows reaches" in text
    assert "unsigned" not in text.split('extern "C" void rows(')[1].split("// Device pointers")[0]


TILES = """#include <immintrin.h>
#include <algorithm>
extern "C" void twice(const float *x, float *y, int n) {
  for (int c = 0; c < n; c += 32) {
    int left = std::min(n - c, 32);
    __mmask16 first = (1u << std::min(left, 16)) - 1, second = (1u << std::max(left - 16, 0)) - 1;
    __m512 a = _mm512_maskz_loadu_ps(first, x + c), b = _mm512_maskz_loadu_ps(second, x + c + 16);
    _mm512_mask_storeu_ps(y + c, first, _mm512_add_ps(a, a));
    _mm512_mask_storeu_ps(y + c + 16, second, _mm512_add_ps(b, b));
  }
}
"""


def test_a_tile_beside_the_edge_reaches_no_further_than_its_mask() -> None:
    """The first half of the last tile ends at n or at its own end, whichever comes first; the caller has n elements."""
    module = frontend.read(TILES, "vnni", ReadOptions())
    text = lowering.emit(lowering.lower(raising.raise_module(module), Target("cuda", "")))
    assert "cudaMemcpy(device_x, x, n * sizeof(float), cudaMemcpyHostToDevice)" in text


def test_a_wide_product_of_a_number_that_is_data_is_an_index() -> None:
    text = """
    void rows(const float *table, const int *ids, float *out, int vocab, int dim, int tokens) {
      for (int t = 0; t < tokens; ++t) {
        const int id = ids[t];
        if (id >= 0 && id < vocab)
          for (int d = 0; d < dim; ++d) out[(size_t)t * dim + d] = table[(size_t)id * dim + d];
      }
    }
    """
    module = raising.raise_module(frontend.read("#include <stddef.h>\n" + text, "vnni", ReadOptions()))
    assert "arith.muli" in str(module) and ": i64" not in str(module).split("func.func")[1]


HALO = """
__global__ void heat(const float *u, float *un, int nx, int ny) {
  __shared__ float tile[18][18];
  int x = blockIdx.x * 16 + threadIdx.x, y = blockIdx.y * 16 + threadIdx.y;
  if (x < nx && y < ny) {
    tile[threadIdx.y][threadIdx.x] = u[y * nx + x];
    if (threadIdx.y == 15 && y < ny - 1) tile[16][threadIdx.x] = u[(y + 1) * nx + x];
  }
  __syncthreads();
  if (x < nx - 1 && y < ny - 1) un[y * nx + x] = tile[threadIdx.y][threadIdx.x] + tile[threadIdx.y + 1][threadIdx.x];
}
void go(const float *u, float *un, int nx, int ny) {
  heat<<<dim3((nx + 15) / 16, (ny + 15) / 16), dim3(16, 16)>>>(u, un, nx, ny);
}
"""


def test_the_end_of_an_inner_loop_is_said_before_that_of_the_loop_around_it() -> None:
    module = raising.raise_module(frontend.read(HALO, "cuda"))
    (name,) = signature.functions(module, "xpiler.kernel")
    assert signature.kernel(module, name).extents({"nx": 67, "ny": 131})["u"] == 67 * 131  # neither is a multiple of a tile


SHARES = """
__global__ void halves(const float *x, float *y, int cols) {
  float s = 0;
  for (int c = threadIdx.x; c < cols; c += 32) s = 0.5f * s + x[blockIdx.x * cols + c];
  y[blockIdx.x * 32 + threadIdx.x] = s;
}
void go(const float *x, float *y, int rows, int cols) { halves<<<rows, 32>>>(x, y, cols); }
"""


def test_the_shares_of_threads_end_where_the_row_does() -> None:
    """The number of a thread's elements is a quotient with the thread in it, which two guards bring back with ever larger constants."""
    module = raising.raise_module(frontend.read(SHARES, "cuda"))
    assert signature.kernel(module, "halves").extents({"rows": 5, "cols": 67})["x"] == 5 * 67


MASKED = """
__global__ void fill(float *x, const bool *mask, float value, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && mask[i]) x[i] = value;
}
void go(float *x, const bool *mask, float value, int n) { fill<<<(n + 255) / 256, 256>>>(x, mask, value, n); }
"""


@pytest.mark.parametrize("target", ["hip", "bang"])
def test_a_guard_whose_other_side_reads_memory_is_a_guard(target: str) -> None:
    text = _text(MASKED, target)
    copy = f"{'hip' if target == 'hip' else 'cnrt'}Memcpy"
    assert f"{copy}(device_x, x, n * sizeof(float)" in text
    assert "bool *device_mask;" in text


APRON = """
__global__ void blur(const float *in, float *out, int w, int h) {
  __shared__ float s[16][16];
  int x = blockIdx.x * 14 + threadIdx.x - 1, y = blockIdx.y * 14 + threadIdx.y - 1;
  s[threadIdx.y][threadIdx.x] = x >= 0 && x < w && y >= 0 && y < h ? in[y * w + x] : 0.0f;
  __syncthreads();
  int tx = (int)threadIdx.x - 1, ty = (int)threadIdx.y - 1;
  if (tx >= 0 && tx < 14 && ty >= 0 && ty < 14 && x < w && y < h)
    out[y * w + x] = s[ty][tx + 1] + s[ty + 2][tx + 1];
}
void go(const float *in, float *out, int w, int h) { blur<<<dim3((w + 13) / 14, (h + 13) / 14), dim3(16, 16)>>>(in, out, w, h); }
"""


def test_places_in_front_of_the_first_are_unsigned_numbers_that_fit() -> None:
    """The first thread's `x` is -1, as an unsigned number that becomes an int: its guards are about the number."""
    module = raising.raise_module(frontend.read(APRON, "cuda"))
    extents = signature.kernel(module, "blur").extents({"w": 67, "h": 35})
    assert extents["in"] == extents["out"] == 67 * 35


TAIL = """
extern "C" void scale(const float *x, float *y, int rows, int cols) {
  int whole = cols - cols % 16;
  for (int r = 0; r < rows; ++r) {
    TAIL_FIRST
    for (int c = 0; c < whole; ++c) y[r * cols + c] = 2.0f * x[r * cols + c];
    for (int c = whole; c < cols; ++c) y[r * cols + c] = 2.0f * x[r * cols + c];
    TAIL_LAST
  }
}
"""
GUARDED = "if (whole < cols) y[r * cols + whole] = x[r * cols + whole];"


@pytest.mark.parametrize("place", ["TAIL_FIRST", "TAIL_LAST"])
def test_what_a_guard_allows_is_no_more_than_the_rows(place: str) -> None:
    """Where no column is left over, the first of the tail is one past the array, and nobody reads it."""
    text = TAIL.replace(place, GUARDED).replace("TAIL_FIRST", "").replace("TAIL_LAST", "")
    made = lowering.emit(lowering.lower(raising.raise_module(frontend.read(text, "vnni", ReadOptions())), Target("cuda", "")))
    assert "cudaMalloc((void **)&device_x, (int64_t)rows * cols * sizeof(float))" in made


BORDER = """
extern "C" void flow(const float *u, float *v, int h, int w) {
  for (int y = 0; y < h; ++y) {
    if (y == 0 || y == h - 1) continue;
    for (int x = 0; x < w; ++x) v[y * w + x] = u[(y - 1) * w + x] + u[(y + 1) * w + x];
  }
}
"""


def test_a_row_that_is_not_the_last_has_one_below_it() -> None:
    module = raising.raise_module(frontend.read(BORDER, "vnni", ReadOptions()))
    text = lowering.emit(lowering.lower(module, Target("bang", "")))
    assert "&device_u, (int64_t)h * w * sizeof(float)" in text


LATE = """#include <immintrin.h>
extern "C" void twice(const float *x, float *y, int n) {
  int i = 0;
  for (; i + 16 < n; i += 16) _mm512_storeu_ps(y + i, _mm512_add_ps(_mm512_loadu_ps(x + i), _mm512_loadu_ps(x + i)));
  __mmask16 m = (1 << ((n - i) & 15)) - 1;
  __m512 v = _mm512_maskz_loadu_ps(m, x + i);
  _mm512_mask_storeu_ps(y + i, m, _mm512_add_ps(v, v));
}
"""


def test_an_extent_may_be_made_of_numbers_that_stand_behind_the_first_loop() -> None:
    module = frontend.read(LATE, "vnni", ReadOptions())
    assert "twice_kernel(" in lowering.emit(lowering.lower(raising.raise_module(module), Target("cuda", "")))
