"""`i % cols` and `i / cols` of a flat number for all sizes: what is taken apart is rows and columns, and nothing that is off passes."""

from __future__ import annotations

import pytest
from all_sizes import doubt

SIZES = "const float *x, const float *b, float *y, int rows, int cols"
PLAIN = 'extern "C" void k_launch(' + SIZES + ") {\n%s}\n"
NEST = PLAIN % "for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c) y[r * cols + c] = x[r * cols + c] + b[c];\n"
FLAT = PLAIN % "for (int i = 0; i < rows * cols; ++i) y[i] = x[i] + b[i % cols];\n"
PARALLEL = PLAIN % "#pragma omp parallel for\nfor (int i = 0; i < rows * cols; ++i) y[i] = x[i] + b[i % cols];\n"
OF_ROWS = PLAIN % "for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c) y[r * cols + c] = x[r * cols + c] + b[r];\n"

GUARDED = "int i = blockIdx.x * blockDim.x + threadIdx.x;\n  if (i < rows * cols) y[i] = x[i] + b[i % cols];"
EARLY = "int i = blockIdx.x * blockDim.x + threadIdx.x;\n  if (i >= rows * cols) return;\n  int c = i % cols;\n  y[i] = x[i] + b[c];"
APART = (
    "unsigned i = blockIdx.x * blockDim.x + threadIdx.x;\n  unsigned r = i / cols, c = i - r * cols;\n"
    "  if (r < rows) y[r * cols + c] = x[i] + b[c];"
)
STRIDED = "for (int i = blockIdx.x * 256 + threadIdx.x; i < rows * cols; i += gridDim.x * 256) y[i] = x[i] + b[i % cols];"
TASKS = """
#include <bang.h>
#include <cnrt.h>
__mlu_entry__ void k(const float *x, const float *b, float *y, int rows, int cols) {
  __nram__ float piece[4096];
  __nram__ float bias[4096];
  for (int r = taskId; r < rows; r += taskDim) {
    for (int c = 0; c < cols; c += 4096) {
      int count = min(cols - c, 4096);
      __memcpy(piece, x + r * cols + c, count * sizeof(float), GDRAM2NRAM);
      __memcpy(bias, b + c, count * sizeof(float), GDRAM2NRAM);
      __bang_add(piece, piece, bias, count);
      __memcpy(y + r * cols + c, piece, count * sizeof(float), NRAM2GDRAM);
    }
  }
}
void k_launch(const float *x, const float *b, float *y, int rows, int cols) {
  cnrtQueue_t queue;
  cnrtQueueCreate(&queue);
  cnrtDim3_t tasks = {16, 1, 1};
  k<<<tasks, cnrtFuncTypeUnion4, queue>>>(x, b, y, rows, cols);
  cnrtQueueSync(queue);
  cnrtQueueDestroy(queue);
}
"""
GRID, CAPPED = "(rows * cols + 255) / 256", "min((rows * cols + 255) / 256, 1024)"


def kernel(body: str, *, grid: str = GRID, block: str = "256") -> str:
    """A kernel of one body, and its launcher on device pointers."""
    return f"__global__ void k({SIZES}) {{\n  {body}\n}}\nvoid k_launch({SIZES}) {{\n  k<<<{grid}, {block}>>>(x, b, y, rows, cols);\n}}\n"


KERNELS = {
    "a guard": kernel(GUARDED),
    "an early return": kernel(EARLY),
    "a guard of rows": kernel(APART),
    "wide numbers": kernel(GUARDED.replace("int i = blockIdx.x", "size_t i = (size_t)blockIdx.x").replace("rows *", "(size_t)rows *")),
    "a loop over a fixed grid": kernel(STRIDED, grid="256"),
    "a loop over a grid of any size": kernel(STRIDED, grid=CAPPED),
    "a loop that is not asked to come round": kernel(STRIDED),
}


@pytest.mark.parametrize("text", KERNELS.values(), ids=KERNELS)
@pytest.mark.parametrize("plain", [NEST, FLAT, PARALLEL], ids=["rows", "flat", "parallel"])
def test_a_flat_number_is_rows_and_columns(written, text: str, plain: str) -> None:
    assert doubt(written(text, ".cu"), written(plain, ".cpp")) == ""
    assert doubt(written(plain, ".cpp"), written(text, ".cu")) == ""


@pytest.mark.parametrize("text", [KERNELS["a guard"], KERNELS["a loop over a grid of any size"]], ids=["guarded", "strided"])
def test_tasks_take_rows_in_pieces(written, text: str) -> None:
    assert doubt(written(text, ".cu"), written(TASKS, ".mlu")) == ""
    assert doubt(written(TASKS, ".mlu"), written(text, ".cu")) == ""
    assert doubt(written(text, ".cu"), written(TASKS.replace("b + c,", "b + r,"), ".mlu"))
    assert doubt(written(text, ".cu"), written(TASKS.replace("c += 4096", "c += 4097"), ".mlu"))


def test_a_quotient_is_the_row(written) -> None:
    of_rows = kernel(GUARDED.replace("i % cols", "i / cols"))
    assert doubt(written(of_rows, ".cu"), written(OF_ROWS, ".cpp")) == ""
    assert doubt(written(of_rows, ".cu"), written(NEST, ".cpp"))


BATCHES = "const float *x, const float *s, float *y, int batch, int channels, int height, int width"
NORMALISED = (
    f"__global__ void k({BATCHES}) {{\n  int i = blockIdx.x * blockDim.x + threadIdx.x;\n"
    "  if (i < batch * channels * height * width) { int c = i / width / height % channels; y[i] = x[i] * s[c]; }\n}\n"
    f"void k_launch({BATCHES}) {{\n"
    "  k<<<(batch * channels * height * width + 255) / 256, 256>>>(x, s, y, batch, channels, height, width);\n}\n"
)
PLANES = (
    f"__global__ void k({BATCHES}) {{\n  int c = blockIdx.z % channels, h = blockIdx.y, w = blockIdx.x * 64 + threadIdx.x;\n"
    "  if (w < width) { int at = (blockIdx.z * height + h) * width + w; y[at] = x[at] * s[c]; }\n}\n"
    f"void k_launch({BATCHES}) {{\n"
    "  k<<<dim3((width + 63) / 64, height, batch * channels), 64>>>(x, s, y, batch, channels, height, width);\n}\n"
)
IMAGES = (
    f'extern "C" void k_launch({BATCHES}) {{\n'
    "for (int n = 0; n < batch; ++n) for (int c = 0; c < channels; ++c)\n"
    "for (int h = 0; h < height; ++h) for (int w = 0; w < width; ++w) {\n"
    "int at = ((n * channels + c) * height + h) * width + w; y[at] = x[at] * s[c]; }\n}\n"
)
WRONG_DIGITS = [("width / height", "height / width"), ("% channels", "% batch"), ("/ height %", "%"), ("% channels", "/ channels")]


def test_digits_of_several_sizes(written) -> None:
    assert doubt(written(NORMALISED, ".cu"), written(IMAGES, ".cpp")) == ""
    assert doubt(written(IMAGES, ".cpp"), written(NORMALISED, ".cu")) == ""


@pytest.mark.parametrize(("old", "new"), WRONG_DIGITS)
def test_digits_in_a_wrong_order_are_not_proved(written, old: str, new: str) -> None:
    assert old in NORMALISED
    assert doubt(written(NORMALISED.replace(old, new), ".cu"), written(IMAGES, ".cpp"))


def test_a_block_number_of_two_sizes(written) -> None:
    assert doubt(written(PLANES, ".cu"), written(IMAGES, ".cpp")) == ""
    assert doubt(written(PLANES.replace("% channels", "% batch"), ".cu"), written(IMAGES, ".cpp"))
    assert doubt(written(PLANES.replace("% channels", "/ batch"), ".cu"), written(IMAGES, ".cpp"))


TWINS = {
    "rows for columns": kernel(GUARDED.replace("% cols", "% rows")),
    "the row for the column": kernel(GUARDED.replace("% cols", "/ cols")),
    "one column more": kernel(GUARDED.replace("% cols", "% (cols + 1)")),
    "the next column": kernel(GUARDED.replace("i % cols", "(i + 1) % cols")),
    "the next element": kernel(GUARDED.replace("x[i]", "x[i + 1]")),
    "the last element is left out": kernel(GUARDED.replace("rows * cols", "rows * cols - 1")),
    "one element too many": kernel(GUARDED.replace("i < rows", "i <= rows")),
    "a row too few": kernel(GUARDED.replace("i < rows * cols", "i < (rows - 1) * cols")),
    "a row too many": kernel(GUARDED.replace("i < rows * cols", "i < (rows + 1) * cols")),
    "no guard": kernel(GUARDED.replace("if (i < rows * cols) ", "")),
    "a grid that is rounded down": kernel(GUARDED, grid="rows * cols / 256"),
    "a grid for larger blocks": kernel(GUARDED, block="128"),
    "a grid that is cut": kernel(GUARDED, grid=CAPPED),
    "wrong past 65536 columns": kernel(GUARDED.replace("i % cols", "(i % cols) & 65535")),
    "wrong past a number of elements": kernel(GUARDED.replace("i < rows * cols", "i < min(rows * cols, 1000000)")),
    "wrong in one column": kernel(GUARDED.replace("i % cols", "(i % cols == 70000 ? 0 : i % cols)")),
    "every thread stores by column": kernel(GUARDED.replace("y[i]", "y[i % cols]")),
    "every thread stores by row": kernel(GUARDED.replace("y[i]", "y[i / cols]")),
    "a value of the thread": kernel(GUARDED.replace("x[i] +", "x[i] + (float)threadIdx.x +")),
    "a condition on the thread": kernel(GUARDED.replace("if (i <", "if (threadIdx.x < 200 && i <")),
    "a condition on the block": kernel(GUARDED.replace("if (i <", "if (blockIdx.x < 1000 && i <")),
    "a return of some threads": kernel("if (threadIdx.x == 99) return;\n  " + GUARDED),
    "a return of some blocks": kernel("if (blockIdx.x == 99) return;\n  " + GUARDED),
    "an address of the thread": kernel(GUARDED.replace("b[i % cols]", "b[min((int)threadIdx.x, i % cols)]")),
    "a number of another kind": kernel(
        GUARDED.replace("+ threadIdx.x", "+ 255 - threadIdx.x").replace("x[i]", "x[i / cols * cols + i % cols]")
    ),
    "steps that are too wide": kernel(STRIDED.replace("gridDim.x * 256", "gridDim.x * 257"), grid="256"),
    "steps that are too short": kernel(STRIDED.replace("gridDim.x * 256", "gridDim.x * 128"), grid="256"),
    "steps of another block": kernel(STRIDED, grid="256", block="128"),
    "a loop from the second thread on": kernel(STRIDED.replace("+ threadIdx.x", "+ threadIdx.x + 1"), grid="256"),
    "a loop that ends early": kernel(STRIDED.replace("i < rows * cols", "i < rows * cols - 1"), grid="256"),
    "a loop of some threads": kernel("if (threadIdx.x != 7) " + STRIDED, grid="256"),
    "a loop of some blocks": kernel("if (blockIdx.x != 7) " + STRIDED, grid=CAPPED),
    "some threads inside of the loop": kernel(STRIDED.replace("y[i] =", "if (threadIdx.x != 7) y[i] ="), grid=CAPPED),
    "a store beside the loop": kernel(STRIDED + "\n  y[0] = 0.0f;", grid="256"),
    "what one iteration leaves the next": kernel(
        "float s = 0.0f;\n  for (int i = blockIdx.x * 256 + threadIdx.x; i < rows * cols; i += gridDim.x * 256) "
        "{ y[i] = x[i] + b[i % cols] + s; s += 1.0f; }",
        grid="256",
    ),
    "an array that threads share": kernel(
        "__shared__ float s[256];\n  int i = blockIdx.x * blockDim.x + threadIdx.x;\n"
        "  if (i < rows * cols) { s[0] = b[i % cols]; y[i] = x[i] + s[0]; }"
    ),
}


@pytest.mark.parametrize("text", TWINS.values(), ids=TWINS)
def test_what_is_off_is_not_proved(written, text: str) -> None:
    assert doubt(written(NEST, ".cpp"), written(text, ".cu"))


NEST_TWINS = [
    ("r < rows", "r < rows - 1"),
    ("c < cols", "c < cols - 1"),
    ("y[r * cols + c]", "y[r * rows + c]"),
    ("y[r * cols + c]", "y[c * rows + r]"),
    ("b[c]", "b[r]"),
    ("b[c]", "b[c % 65536]"),
    ("c < cols", "c < (cols < 100000 ? cols : 100000)"),
]


@pytest.mark.parametrize(("old", "new"), NEST_TWINS)
@pytest.mark.parametrize("text", [kernel(GUARDED), kernel(STRIDED, grid=CAPPED)], ids=["guarded", "strided"])
def test_rows_and_columns_that_are_off_are_not_proved(written, text: str, old: str, new: str) -> None:
    assert old in NEST
    assert doubt(written(text, ".cu"), written(NEST.replace(old, new), ".cpp"))


def test_a_size_that_may_be_zero_divides_nothing(written) -> None:
    """Of numbers that measure nothing any may be zero."""
    modulus = "const float *x, float *y, int n, int m"
    text = f'extern "C" void k_launch({modulus}) {{\nfor (int i = 0; i < n; ++i) y[i] = x[i] + (float)(i % m);\n}}\n'
    assert doubt(written(text, ".cpp"), written(text.replace("i % m", "i % (m + 1)"), ".cpp"))
