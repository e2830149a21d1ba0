"""Launches in a program's `main` or in a binding, told in the kernel's parameters."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import InvalidInput

KERNEL = """
#include <vector>
__global__ void scale(float *x, int n, float by) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= by;
}
"""
MAIN = """
int main() {
  std::vector<float> host(5000, 1.0f);
  const int count = 5000;
  int threads = 128;
  dim3 block(threads), grid((count + threads - 1) / block_of(threads));
  float *x;
  cudaMalloc(&x, count * sizeof(float));
  scale<<<grid, block>>>(x, count, 2.0f);
  return 0;
}
"""
BINDING = """
struct Tensor { float *data() const; long numel() const; };
void scale_forward(Tensor x, float by) {
  const int threads = 256;
  const int total = x.numel();
  scale<<<std::min((total + threads - 1) / threads, 4096), threads>>>(x.data(), total, by);
}
"""
TASKS = """
#include <bang.h>
#include <cnrt.h>
__mlu_entry__ void copy(float *y, const float *x) { y[taskId] = x[taskId]; }
int main() {
  cnrtQueue_t queue;
  cnrtDim3_t dim = {8, 1, 1};
  cnrtFunctionType_t kind = CNRT_FUNC_TYPE_UNION1;
  float *x, *y;
  copy<<<dim, kind, queue>>>(y, x);
}
"""


def test_main_tells_the_geometry_and_is_not_read(read) -> None:
    text = read(KERNEL + MAIN.replace("block_of(threads)", "threads"))
    launcher = text.split("@scale_launch")[1]
    assert "xpiler.launch @scale" in launcher
    assert "constant 128" in launcher
    assert "@main" not in text


def test_a_binding_tells_the_geometry_by_what_it_passes(read) -> None:
    launcher = read(KERNEL + BINDING).split("@scale_launch")[1]
    assert "arith.minsi" in launcher
    assert "constant 4096" in launcher


def test_a_geometry_that_depends_on_more_is_asked_for(read) -> None:
    text = read(KERNEL + MAIN.replace("block_of(threads)", "rand()"))
    assert "xpiler.launch" not in text


def test_bang_tasks_are_told_too(read) -> None:
    launcher = read(TASKS, "bang").split("@copy_launch")[1]
    assert "union1" in launcher
    assert "constant 8" in launcher


def test_errors_in_main_stop_nothing_and_others_do(read) -> None:
    assert "@scale" in read(KERNEL + "void go(float *x, int n) { scale<<<n, 32>>>(x, n, 2.0f); } int main() { undeclared(); }")
    with pytest.raises(InvalidInput, match="undeclared"):
        read(KERNEL + "void go() { undeclared(); }")


MEMORY = """#include <cstring>
extern "C" void count(const unsigned char *data, int *bins, float *copy, const float *from, int n) {
  memset(bins, 0, 256 * sizeof(int));
  std::memcpy(copy, from, n * sizeof(float));
  for (int i = 0; i < n; ++i) bins[data[i]]++;
}
"""


def test_memory_functions_are_loops(read) -> None:
    assert read(MEMORY, "vnni").count("scf.for") == 3
    with pytest.raises(InvalidInput, match="memset_of_numbers"):
        read(MEMORY.replace("memset(bins, 0, 256 * sizeof(int))", "memset(copy, 1, 4)"), "vnni")


def test_a_test_for_null_is_a_condition(read) -> None:
    text = read("__global__ void k(float *x, const float *b) { x[threadIdx.x] += threadIdx.x > 3 && b ? b[threadIdx.x] : 0.0f; }")
    assert "memref.extract_aligned_pointer_as_index" in text
    assert "arith.andi" in text


def test_the_fields_of_a_block_are_what_it_was_given(read) -> None:
    text = read(KERNEL + MAIN.replace("block_of(threads)", "block.x"))
    launcher = text.split("@scale_launch")[1]
    assert "constant 128" in launcher
    assert "arith.divui" in launcher or "arith.divsi" in launcher


EXTENSION = """
#include <torch/extension.h>
#include <vector>
template <typename scalar_t>
__global__ void gate(const scalar_t *__restrict__ x, scalar_t *__restrict__ y, size_t width) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column < width) y[blockIdx.y * width + column] = 1.0 / (1.0 + exp(-x[blockIdx.y * width + column]));
}
std::vector<torch::Tensor> forward(torch::Tensor x) {
  TORCH_CHECK(x.is_cuda(), "x must be a CUDA tensor");
  auto y = torch::empty({x.size(0), x.size(1)}, x.options());
  const auto batch = x.size(0);
  const auto width = x.size(1);
  THREADS
  const dim3 blocks((width + threads - 1) / threads, batch);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "forward", ([&] {
    gate<scalar_t><<<blocks, threads>>>(x.data_ptr<scalar_t>(), y.data_ptr<scalar_t>(), width);
  }));
  return {y, x};
}
PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) { m.def("forward", &forward, "gate"); }
"""


def test_an_extension_of_pytorch_tells_its_kernel_and_geometry(read) -> None:
    text = read(EXTENSION.replace("THREADS", "const int threads = 1024;"))
    launcher = text.split("@gate_float_launch")[1]
    assert 'xpiler.name = "batch"' in launcher  # no parameter of the kernel, one of the launcher
    assert "constant 1024" in launcher


@pytest.mark.parametrize("grid", ["dim3 grid; grid.x = n / 64;", "dim3 grid(n); if (n > 7) grid.x = 7;"])
def test_a_grid_that_is_filled_later_is_not_one_block(read, grid: str) -> None:
    main = f"int main() {{ int n = 5000; float *x; cudaMalloc(&x, n * 4); {grid} scale<<<grid, 64>>>(x, n, 2.0f); }}"
    assert "xpiler.launch" not in read(KERNEL + main)


SQUARE = """
template <int TILE> __global__ void put(float *x, int width) {
  x[(blockIdx.y * TILE + threadIdx.y) * width + blockIdx.x * TILE + threadIdx.x] = 1.0f;
}
int main() {
  constexpr int width = 256, tile = 16;
  float *x;
  cudaMalloc(&x, width * width * sizeof(float));
  put<tile><<<dim3(width / tile, width / tile), dim3(tile, tile)>>>(x, WIDTH);
}
"""


def test_a_constant_that_is_passed_is_the_parameter(read) -> None:
    launcher = read(SQUARE.replace("WIDTH", "width")).split("_launch")[1]
    assert "arith.divsi %width" in launcher


def test_a_literal_that_is_passed_says_nothing_of_other_numbers(read) -> None:
    launcher = read(SQUARE.replace("WIDTH", "16")).split("_launch")[1]
    assert "xpiler.launch" in launcher and "arith.divsi" not in launcher


def test_what_calls_come_into_is_a_number_of_the_host_s_own(read) -> None:
    told = BINDING.replace("const int total = x.numel();", "const int total = x.numel() / 2;")
    assert "%total: i32" in read(KERNEL + told.replace("x.data(), total, by", "x.data(), (int)x.numel(), by")).split("@scale_launch")[1]


@pytest.mark.parametrize(("blocks", "is_told"), [("(int)(n * 0.5f)", False), ("ratio", False), ("(int)(1.5 * 4)", True)])
def test_a_geometry_that_floats_come_into_is_asked_for(read, blocks: str, is_told: bool) -> None:
    """What a compiler folds to an integer is one; a product with a half is not a product with nothing."""
    main = f"int main() {{ int n = 5000; float ratio = 78.5f; float *x; cudaMalloc(&x, n * 4); scale<<<{blocks}, 64>>>(x, n, 2.0f); }}"
    assert ("xpiler.launch" in read(KERNEL + main)) is is_told


def test_a_name_that_the_kernel_has_not_is_told_of_the_option_and_not_of_a_line_behind_the_file(read) -> None:
    with pytest.raises(InvalidInput, match="in --launch or --instantiate: use of undeclared identifier 'm'") as caught:
        read(KERNEL, launch="grid=(m+31)/32,block=32")
    assert caught.value.diagnostics[0].place is None


def test_a_brace_that_is_missing_in_the_file_is_no_fault_of_the_option(read) -> None:
    with pytest.raises(InvalidInput, match="expected '}'"):
        read(KERNEL + "void go(float *x, int n) {", launch="grid=(n+31)/32,block=32")
