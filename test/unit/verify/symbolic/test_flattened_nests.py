"""Nests over rows and columns against loops over all elements in one dimension, for all sizes."""

from __future__ import annotations

import pytest
from all_sizes import doubt

SIZES = "const float *x, const float *b, float *y, int rows, int cols"
PLAIN = "#include <math.h>\n" + 'extern "C" void k_launch(' + SIZES + ") {\n%s}\n"
FLAT = PLAIN % "for (int i = 0; i < rows * cols; ++i) y[i] = x[i] * 2.0f;\n"
REGISTERS = (
    "#include <immintrin.h>\n"
    f'extern "C" void k_launch({SIZES}) {{\n'
    "  long n = (long)rows * cols, whole = n - n % 16;\n"
    "  for (long i = 0; i < whole; i += 16)\n"
    "    _mm512_storeu_ps(y + i, _mm512_mul_ps(_mm512_loadu_ps(x + i), _mm512_set1_ps(2.0f)));\n"
    "  if (whole < n) {\n    __mmask16 lanes = (1u << (n - whole)) - 1;\n"
    "    _mm512_mask_storeu_ps(y + whole, lanes, _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, x + whole), _mm512_set1_ps(2.0f)));\n  }\n}\n"
)
NEST = "for (int r = 0; r < rows; ++r)\nfor (int c = 0; c < cols; ++c) y[r * cols + c] = x[r * cols + c] * 2.0f;\n"
TILES = (
    "int r = blockIdx.y * 8 + threadIdx.y, c = blockIdx.x * 32 + threadIdx.x;\n"
    "  if (r < rows && c < cols) y[r * cols + c] = x[r * cols + c] * 2.0f;"
)
ROWS = "for (int c = threadIdx.x; c < cols; c += blockDim.x) y[blockIdx.x * cols + c] = x[blockIdx.x * cols + c] * 2.0f;"
OF_TILES, OF_ROWS = "dim3((cols + 31) / 32, (rows + 7) / 8), dim3(32, 8)", "rows, 128"


def kernel(body: str, launch: str) -> str:
    """A kernel of one body, and its launcher on device pointers."""
    return f"__global__ void k({SIZES}) {{\n  {body}\n}}\nvoid k_launch({SIZES}) {{\n  k<<<{launch}>>>(x, b, y, rows, cols);\n}}\n"


NESTS = {
    "loops": (PLAIN % NEST, ".cpp"),
    "parallel rows": (PLAIN % ("#pragma omp parallel for\n" + NEST), ".cpp"),
    "columns first": (
        PLAIN
        % NEST.replace("int r = 0; r < rows; ++r", "int c = 0; c < cols; ++c", 1).replace(
            "\nfor (int c = 0; c < cols; ++c)", "\nfor (int r = 0; r < rows; ++r)"
        ),
        ".cpp",
    ),
    "tiles": (kernel(TILES, OF_TILES), ".cu"),
    "a block a row": (kernel(ROWS, OF_ROWS), ".cu"),
}


@pytest.mark.parametrize(("text", "suffix"), NESTS.values(), ids=NESTS)
@pytest.mark.parametrize("flat", [FLAT, REGISTERS], ids=["flat", "registers"])
def test_a_nest_comes_to_all_elements(written, text: str, suffix: str, flat: str) -> None:
    assert doubt(written(text, suffix), written(flat, ".cpp")) == ""
    assert doubt(written(flat, ".cpp"), written(text, suffix)) == ""


THREE = "const float *x, float *y, int planes, int rows, int cols"
OF_THREE = (
    f'extern "C" void k_launch({THREE}) {{\n'
    "for (int p = 0; p < planes; ++p) for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c)\n"
    "y[(p * rows + r) * cols + c] = x[(p * rows + r) * cols + c] * 2.0f;\n}\n"
)
ALL_THREE = f'extern "C" void k_launch({THREE}) {{\nfor (int i = 0; i < planes * rows * cols; ++i) y[i] = x[i] * 2.0f;\n}}\n'


def test_three_dimensions_are_one(written) -> None:
    assert doubt(written(OF_THREE, ".cpp"), written(ALL_THREE, ".cpp")) == ""
    assert doubt(written(OF_THREE.replace("x[(p * rows", "x[(p * cols"), ".cpp"), written(ALL_THREE, ".cpp"))
    assert doubt(written(OF_THREE.replace("r < rows", "r < rows - 1"), ".cpp"), written(ALL_THREE, ".cpp"))


TWINS = {
    "a row too few": kernel(TILES.replace("r < rows", "r < rows - 1"), OF_TILES),
    "a row too many": kernel(TILES.replace("r < rows", "r <= rows"), OF_TILES),
    "a column too few": kernel(TILES.replace("c < cols", "c + 1 < cols"), OF_TILES),
    "a column too many": kernel(TILES.replace("c < cols", "c <= cols"), OF_TILES),
    "a grid that is rounded down": kernel(TILES, OF_TILES.replace("(cols + 31)", "cols")),
    "tiles that overlap": kernel(TILES.replace("* 32", "* 31"), OF_TILES),
    "tiles that leave columns out": kernel(TILES.replace("* 32", "* 33"), OF_TILES),
    "rows of another length": kernel(TILES.replace("y[r * cols", "y[r * rows"), OF_TILES),
    "another element": kernel(TILES.replace("x[r * cols + c]", "x[c]"), OF_TILES),
    "the element before": kernel(TILES.replace("x[r * cols + c]", "x[r * cols + max(c - 1, 0)]"), OF_TILES),
    "a number of a row": kernel(TILES.replace("* 2.0f", "* b[r]"), OF_TILES),
    "a number of a column": kernel(TILES.replace("* 2.0f", "* b[c]"), OF_TILES),
    "the row's number": kernel(TILES.replace("* 2.0f", "* (float)r"), OF_TILES),
    "one row is another": kernel(TILES.replace("* 2.0f", "* (r == 100000 ? 3.0f : 2.0f)"), OF_TILES),
    "one column is left out": kernel(TILES.replace("c < cols)", "c < cols && c != 100000)"), OF_TILES),
    "the last element again": kernel(TILES.replace("  if (", "  if (r < rows && c < cols) y[0] = 0.0f;\n  if ("), OF_TILES),
    "what others write": kernel(TILES.replace("* 2.0f", "* 2.0f + y[0] * 0.0f"), OF_TILES),
    "a row of a block too few": kernel(ROWS, OF_ROWS.replace("rows", "rows - 1")),
    "steps that are too wide": kernel(ROWS.replace("blockDim.x)", "blockDim.x + 1)"), OF_ROWS),
    "steps that are too short": kernel(ROWS.replace("blockDim.x)", "blockDim.x - 1)"), OF_ROWS),
}
SEQUENTIAL = PLAIN % (
    "for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c) { y[0] = x[r * cols + c]; y[r * cols + c] = x[r * cols + c] * 2.0f; }\n"
)


@pytest.mark.parametrize("text", TWINS.values(), ids=TWINS)
@pytest.mark.parametrize("flat", [FLAT, REGISTERS], ids=["flat", "registers"])
def test_what_is_off_is_not_proved(written, text: str, flat: str) -> None:
    assert doubt(written(flat, ".cpp"), written(text, ".cu"))


def test_the_order_of_a_nest_is_kept_where_it_matters(written) -> None:
    assert doubt(written(FLAT, ".cpp"), written(SEQUENTIAL, ".cpp"))
    assert doubt(written(SEQUENTIAL, ".cpp"), written(FLAT, ".cpp"))


FLAT_TWINS = [("i < rows * cols", "i < rows * cols - 1"), ("i = 0", "i = 1"), ("x[i]", "x[i % 65536]"), ("i < rows", "i <= rows")]


@pytest.mark.parametrize(("old", "new"), FLAT_TWINS)
def test_a_loop_over_other_elements_is_not_proved(written, old: str, new: str) -> None:
    assert old in FLAT
    assert doubt(written(kernel(TILES, OF_TILES), ".cu"), written(FLAT.replace(old, new), ".cpp"))
