"""Products, pools, reductions and layout builtins against numpy statements of their definitions, over random shapes."""

# ruff: noqa: E501 (kernels stand as text)
from __future__ import annotations

import numpy as np
import pytest
from bang_program import compile_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RUNS = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
TYPES = {"float": np.float32, "half": np.float16}
SEEDS = st.integers(0, 2**31)

TEXT = """
__nram__ char A[32768], B[32768], C[32768], D[65536];
__wram__ char W[32768];
#define IN(buffer, pointer, bytes) __memcpy(buffer, pointer, bytes, GDRAM2NRAM)
#define OUT(bytes) __memcpy(out, D, bytes, NRAM2GDRAM)
#define KERNEL extern "C" __mlu_global__ void

template <typename T>
__mlu_func__ void product(char *out, const char *a, const char *b, int m, int k, int n) {
  IN(A, a, m * k * sizeof(T));
  __memcpy(W, b, n * k * sizeof(T), GDRAM2WRAM);
  __bang_matmul((float *)D, (T *)A, (T *)W, m, k, n);
  OUT(m * n * sizeof(float));
}
KERNEL matmul_float(char *out, const char *a, const char *b, int m, int k, int n) { product<float>(out, a, b, m, k, n); }
KERNEL matmul_half(char *out, const char *a, const char *b, int m, int k, int n) { product<half>(out, a, b, m, k, n); }
KERNEL matmul_int8(char *out, const char *a, const char *b, int m, int k, int n, int fix) {
  IN(A, a, m * k);
  __memcpy(W, b, n * k, GDRAM2WRAM);
  __bang_matmul((float *)D, (int8_t *)A, (int8_t *)W, m, k, n, fix);
  OUT(m * n * 4);
}
KERNEL mlp_float(char *out, const char *x, const char *bias, const char *f, int height, int width) {
  IN(A, x, width * 4);
  IN(B, bias, height * 4);
  __memcpy(W, f, height * width * 4, GDRAM2WRAM);
  __bang_mlp((float *)D, (float *)A, (float *)B, (float *)W, height, width);
  OUT(height * 4);
}
KERNEL conv_float(char *out, const char *x, const char *f, int ci, int h, int w, int kh, int kw, int sw, int sh, int co, int dw, int dh, int bytes) {
  IN(A, x, h * w * ci * 4);
  __memcpy(W, f, co * kh * kw * ci * 4, GDRAM2WRAM);
  __bang_conv((float *)D, (float *)A, (float *)W, ci, h, w, kh, kw, sw, sh, co, dw, dh);
  OUT(bytes);
}
#define POOLS(T)                                                                                                                   \\
  KERNEL pool_##T(char *out, const char *x, int kind, int c, int h, int w, int kh, int kw, int sw, int sh, int bytes) {            \\
    IN(A, x, c * h * w * sizeof(T));                                                                                               \\
    T *d = (T *)D, *s = (T *)A;                                                                                                    \\
    if (kind == 0) __bang_sumpool(d, s, c, h, w, kh, kw, sw, sh);                                                                  \\
    if (kind == 1) __bang_maxpool(d, s, c, h, w, kh, kw, sw, sh);                                                                  \\
    if (kind == 2) __bang_minpool(d, s, c, h, w, kh, kw, sw, sh);                                                                  \\
    if (kind == 3) __bang_avgpool(d, s, c, h, w, kh, kw, sw, sh);                                                                  \\
    if (kind == 4) __bang_nan_maxpool(d, s, c, h, w, kh, kw, sw, sh);                                                              \\
    if (kind == 5) __bang_nan_minpool(d, s, c, h, w, kh, kw, sw, sh);                                                              \\
    OUT(bytes);                                                                                                                    \\
  }                                                                                                                                \\
  KERNEL reduce_sum_##T(char *out, const char *x, int n) {                                                                         \\
    IN(A, x, n * sizeof(T));                                                                                                       \\
    IN(D, x, n * sizeof(T));                                                                                                       \\
    __bang_reduce_sum((T *)D, (T *)A, n);                                                                                          \\
    OUT(n * sizeof(T));                                                                                                            \\
  }                                                                                                                                \\
  KERNEL arg_##T(char *out, const char *x, int n, int max) {                                                                       \\
    IN(A, x, n * sizeof(T));                                                                                                       \\
    if (max) __bang_argmax((T *)D, (T *)A, n);                                                                                     \\
    else __bang_argmin((T *)D, (T *)A, n);                                                                                         \\
    OUT(sizeof(T) + 4);                                                                                                            \\
  }                                                                                                                                \\
  KERNEL transpose_##T(char *out, const char *x, int h, int w) {                                                                   \\
    IN(A, x, h * w * sizeof(T));                                                                                                   \\
    __bang_transpose((T *)D, (T *)A, h, w);                                                                                        \\
    OUT(h * w * sizeof(T));                                                                                                        \\
  }                                                                                                                                \\
  KERNEL turns_##T(char *out, const char *x, int kind, int h, int w) {                                                             \\
    IN(A, x, h * w * sizeof(T));                                                                                                   \\
    if (kind == 0) __bang_mirror((T *)D, (T *)A, h, w);                                                                            \\
    if (kind == 1) __bang_rotate90((T *)D, (T *)A, h, w);                                                                          \\
    if (kind == 2) __bang_rotate180((T *)D, (T *)A, h, w);                                                                         \\
    if (kind == 3) __bang_rotate270((T *)D, (T *)A, h, w);                                                                         \\
    OUT(h * w * sizeof(T));                                                                                                        \\
  }                                                                                                                                \\
  KERNEL pad_##T(char *out, const char *x, int c, int h, int w, int t, int b, int l, int r, int bytes) {                           \\
    IN(A, x, c * h * w * sizeof(T));                                                                                               \\
    __bang_pad((T *)D, (T *)A, c, h, w, t, b, l, r, (T)7);                                                                         \\
    OUT(bytes);                                                                                                                    \\
  }
POOLS(float)
POOLS(half)
KERNEL fusion(char *out, const char *a, const char *b, const char *c, int op, int n) {
  IN(A, a, n * 4);
  IN(B, b, n * 4);
  IN(C, c, n * 4);
  __bang_fusion((FusionOp)op, (float *)D, (float *)A, (float *)B, (float *)C, n, n);
  OUT(n * 4);
}
KERNEL select(char *out, const char *a, const char *m, int n) {
  IN(A, a, n * 4);
  IN(B, m, n * 4);
  __bang_write_value((float *)D, n, -1.0f);
  unsigned kept = __bang_filter((float *)D, (float *)A, (float *)B, n);
  *(float *)(D + n * 4) = kept;
  *(float *)(D + n * 4 + 4) = __bang_count((float *)B, n);
  *(float *)(D + n * 4 + 8) = __bang_sum((float *)A, n);
  OUT(n * 4 + 12);
}
KERNEL bits(char *out, const char *a, const char *b, int n) {
  IN(A, a, n * 4);
  IN(B, b, n * 4);
  __bang_lt_bitindex((float *)C, (float *)A, (float *)B, n);
  __bang_write_value((float *)D, n, -1.0f);
  __bang_maskmove(D, A, C, 0 + n);
  __bang_filter_bitindex((float *)D, (float *)A, C, n);
  OUT(n * 4);
}
"""


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    return compile_program(tmp_path_factory.mktemp("tensor"), TEXT)


def normal(seed: int, shape: tuple[int, ...], dtype: type = np.float32) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("ctype", TYPES)
@RUNS
@given(m=st.integers(1, 40), k=st.integers(1, 40), n=st.integers(1, 40), seed=SEEDS)
def test_matmul_takes_the_right_operand_transposed(kernels, ctype, m, k, n, seed) -> None:
    a, b = normal(seed, (m, k), TYPES[ctype]), normal(seed + 1, (n, k), TYPES[ctype])
    out = np.empty((m, n), np.float32)
    kernels.launch(f"matmul_{ctype}", out, a, b, m, k, n)
    np.testing.assert_allclose(out, a.astype(np.float64) @ b.astype(np.float64).T, rtol=1e-6, atol=1e-5)
    assert kernels.findings() == []


@RUNS
@given(m=st.integers(1, 20), k=st.integers(1, 60), n=st.integers(1, 20), fix=st.integers(-3, 3), seed=SEEDS)
def test_integer_matmul_is_exact_and_scaled(kernels, m, k, n, fix, seed) -> None:
    generator = np.random.default_rng(seed)
    a, b = (generator.integers(-128, 128, shape).astype(np.int8) for shape in ((m, k), (n, k)))
    out = np.empty((m, n), np.float32)
    kernels.launch("matmul_int8", out, a, b, m, k, n, fix)
    np.testing.assert_array_equal(out, (a.astype(np.int64) @ b.T.astype(np.int64)) * np.float32(2.0**fix))
    assert kernels.findings() == []


def test_weights_option_reads_the_right_operand_row_major(tmp_path) -> None:
    from xpiler.platforms.bang.simulator import SimulatorOptions

    built = compile_program(tmp_path, TEXT, options=SimulatorOptions(weights="kn"))
    a, b, out = normal(1, (5, 7)), normal(2, (7, 3)), np.empty((5, 3), np.float32)
    built.launch("matmul_float", out, a, b, 5, 7, 3)
    np.testing.assert_allclose(out, a @ b, rtol=1e-5, atol=1e-5)


BANKED = """
__nram__ float A[8 * 32];
__nram__ float B[192 * 32];
__nram__ float R[192 * 32];
__nram__ float D[8 * 192];
__wram__ float W[192 * 32];
#define KERNEL(name, FILL) extern "C" __mlu_global__ void name(float *out, const float *a, const float *b, int n) { \\
  __memcpy(A, a, sizeof(A), GDRAM2NRAM); \\
  __memcpy(B, b, n * 128, GDRAM2NRAM); \\
  FILL \\
  __bang_matmul(D, A, W, 8, 32, n); \\
  __memcpy(out, D, 32 * n, NRAM2GDRAM); }
#define BANK (__MLU_WRAM_SIZE__ * 1024 / 64)
KERNEL(reshaped, __bang_reshape_filter(R, B, n, 1, 1, 32); __memcpy(W, R, n * 128, NRAM2WRAM);)
KERNEL(in_order, __memcpy(W, B, n * 128, NRAM2WRAM);)
KERNEL(bank_by_bank, for (int r = 0; r < n / 64; ++r) __memcpy_async(W + 32 * r, B + 64 * 32 * r, 128, NRAM2WRAM, BANK, 128, 63); __sync();)
KERNEL(past_a_bank, __memcpy(W + 96, B, 128, NRAM2WRAM, BANK, 128, 63);)
"""


@pytest.fixture(scope="module")
def banked(tmp_path_factory):
    from xpiler.platforms.bang.simulator import SimulatorOptions

    return compile_program(tmp_path_factory.mktemp("banks"), BANKED, options=SimulatorOptions(wram="banks"))


@pytest.mark.parametrize(
    ("kernel", "n", "right"), [("reshaped", 128, True), ("bank_by_bank", 192, True), ("in_order", 64, True), ("in_order", 128, False)]
)
def test_filters_are_dealt_out_to_the_banks_of_wram(banked, kernel, n, right) -> None:
    a, b, out = normal(1, (8, 32)), normal(2, (n, 32)), np.empty((8, n), np.float32)
    banked.launch(kernel, out, a, b, n)
    assert banked.findings() == []
    assert np.allclose(out, a @ b.T, rtol=1e-5, atol=1e-5) == right


def test_a_bank_holds_its_share_of_an_array(banked) -> None:
    banked.launch("past_a_bank", np.empty((8, 64), np.float32), normal(1, (8, 32)), normal(2, (64, 32)), 64)
    found = banked.findings()[0]
    assert (found["kind"], found["buffer"]) == ("out-of-bounds", "W")


@RUNS
@given(height=st.integers(1, 40), width=st.integers(1, 60), seed=SEEDS)
def test_mlp(kernels, height, width, seed) -> None:
    x, bias, f = normal(seed, (width,)), normal(seed + 1, (height,)), normal(seed + 2, (height, width))
    out = np.empty(height, np.float32)
    kernels.launch("mlp_float", out, x, bias, f, height, width)
    np.testing.assert_allclose(out, f.astype(np.float64) @ x + bias, rtol=1e-6, atol=1e-5)
    assert kernels.findings() == []


def convolution(x, f, sh, sw, dh, dw):
    (h, w, _), (co, kh, kw, _) = x.shape, f.shape
    oh, ow = (h - ((kh - 1) * dh + 1)) // sh + 1, (w - ((kw - 1) * dw + 1)) // sw + 1
    out = np.zeros((oh, ow, co))
    for y in range(kh):
        for z in range(kw):
            patch = x[y * dh : y * dh + (oh - 1) * sh + 1 : sh, z * dw : z * dw + (ow - 1) * sw + 1 : sw]
            out += np.einsum("hwc,oc->hwo", patch.astype(np.float64), f[:, y, z].astype(np.float64))
    return out


@RUNS
@given(ci=st.integers(1, 5), co=st.integers(1, 6), kh=st.integers(1, 3), kw=st.integers(1, 3), sh=st.integers(1, 3), sw=st.integers(1, 3),
       dh=st.integers(1, 2), dw=st.integers(1, 2), more=st.integers(0, 4), seed=SEEDS)  # fmt: skip
def test_conv(kernels, ci, co, kh, kw, sh, sw, dh, dw, more, seed) -> None:
    h, w = (kh - 1) * dh + 1 + more, (kw - 1) * dw + 1 + more // 2
    x, f = normal(seed, (h, w, ci)), normal(seed + 1, (co, kh, kw, ci))
    expected = convolution(x, f, sh, sw, dh, dw)
    out = np.empty(expected.shape, np.float32)
    kernels.launch("conv_float", out, x, f, ci, h, w, kh, kw, sw, sh, co, dw, dh, out.nbytes)
    np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-5)
    assert kernels.findings() == []


@pytest.mark.parametrize("ctype", TYPES)
@RUNS
@given(kind=st.integers(0, 5), c=st.integers(1, 6), kh=st.integers(1, 4), kw=st.integers(1, 4), sh=st.integers(1, 3), sw=st.integers(1, 3),
       more=st.integers(0, 5), seed=SEEDS)  # fmt: skip
def test_pools(kernels, ctype, kind, c, kh, kw, sh, sw, more, seed) -> None:
    h, w = kh + more, kw + more // 2
    x = normal(seed, (h, w, c), TYPES[ctype])
    if kind > 3:
        x[h // 2, w // 2, 0] = np.nan
    oh, ow = (h - kh) // sh + 1, (w - kw) // sw + 1
    windows = np.array([[x[i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(-1, c) for j in range(ow)] for i in range(oh)]).astype(
        np.float64
    )
    expected = (windows.sum, windows.max, windows.min, windows.mean, windows.max, windows.min)[kind](axis=2)
    out = np.empty((oh, ow, c), TYPES[ctype])
    kernels.launch(f"pool_{ctype}", out, x, kind, c, h, w, kh, kw, sw, sh, out.nbytes)
    tolerance = 0 if kind not in (0, 3) else 1e-6 if ctype == "float" else 2e-3
    np.testing.assert_allclose(out.astype(np.float64), expected, rtol=tolerance, atol=tolerance)
    assert kernels.findings() == []


@pytest.mark.parametrize("ctype", TYPES)
@RUNS
@given(blocks=st.integers(1, 8), seed=SEEDS)
def test_reduce_sum_sums_blocks_of_128_bytes_and_leaves_the_other_lanes(kernels, ctype, blocks, seed) -> None:
    lanes = 128 // np.dtype(TYPES[ctype]).itemsize
    x = normal(seed, (blocks, lanes), TYPES[ctype])
    out = np.empty_like(x)
    kernels.launch(f"reduce_sum_{ctype}", out, x, blocks * lanes)
    np.testing.assert_allclose(out[:, 0], x.astype(np.float64).sum(1), rtol=2e-3, atol=1e-2 if ctype == "half" else 1e-5)
    np.testing.assert_array_equal(out[:, 1:], x[:, 1:])
    assert kernels.findings() == []


@pytest.mark.parametrize("ctype", TYPES)
@RUNS
@given(n=st.integers(1, 300), max_=st.booleans(), seed=SEEDS)
def test_arg_extremes_give_value_then_first_index(kernels, ctype, n, max_, seed) -> None:
    x = np.round(normal(seed, (n,), TYPES[ctype]), 1)
    x[seed % n] = np.nan if n > 1 else 0
    width = x.itemsize
    out = np.empty(width + 4, np.uint8)
    kernels.launch(f"arg_{ctype}", out, x, n, int(max_))
    index = (np.nanargmax if max_ else np.nanargmin)(x)
    assert out[:width].view(x.dtype)[0] == x[index]
    assert int.from_bytes(out[width:].tobytes(), "little") == index
    assert kernels.findings() == []


@pytest.mark.parametrize("ctype", TYPES)
@RUNS
@given(h=st.integers(1, 50), w=st.integers(1, 50), kind=st.integers(0, 3), seed=SEEDS)
def test_transpose_and_turns(kernels, ctype, h, w, kind, seed) -> None:
    x = normal(seed, (h, w), TYPES[ctype])
    out = np.empty((w, h), TYPES[ctype])
    kernels.launch(f"transpose_{ctype}", out, x, h, w)
    np.testing.assert_array_equal(out, x.T)
    expected = (x[:, ::-1], np.rot90(x, -1), np.rot90(x, 2), np.rot90(x, 1))[kind]
    out = np.empty(expected.shape, TYPES[ctype])
    kernels.launch(f"turns_{ctype}", out, x, kind, h, w)
    np.testing.assert_array_equal(out, expected)
    assert kernels.findings() == []


@pytest.mark.parametrize("ctype", TYPES)
@RUNS
@given(c=st.integers(1, 4), h=st.integers(2, 9), w=st.integers(1, 9), t=st.integers(0, 3), b=st.integers(0, 3), left=st.integers(0, 3),
       right=st.integers(0, 3), seed=SEEDS)  # fmt: skip
def test_pad(kernels, ctype, c, h, w, t, b, left, right, seed) -> None:
    x = normal(seed, (h, w, c), TYPES[ctype])
    expected = np.pad(x, ((t, b), (left, right), (0, 0)), constant_values=7)
    out = np.empty_like(expected)
    kernels.launch(f"pad_{ctype}", out, x, c, h, w, t, b, left, right, out.nbytes)
    np.testing.assert_array_equal(out, expected)
    assert kernels.findings() == []


@RUNS
@given(op=st.integers(0, 7), n=st.integers(1, 200), seed=SEEDS)
def test_fusion(kernels, op, n, seed) -> None:
    a, b, c = (normal(seed + i, (n,)) for i in range(3))
    out = np.empty_like(a)
    kernels.launch("fusion", out, a, b, c, op, n)
    first = (a * b, a * b, a + b, a - b, a + b, a + b, a - b, a - b)[op]
    expected = (first + c, first - c, first * c, first * c, first + c, first - c, first - c, first + c)[op]
    np.testing.assert_array_equal(out, expected)
    assert kernels.findings() == []


@RUNS
@given(n=st.integers(1, 200), seed=SEEDS)
def test_filter_packs_what_the_mask_selects(kernels, n, seed) -> None:
    a, mask = normal(seed, (n,)), (np.random.default_rng(seed).random(n) < 0.5).astype(np.float32)
    out = np.empty(n + 3, np.float32)
    kernels.launch("select", out, a, mask, n)
    kept = a[mask != 0]
    np.testing.assert_array_equal(out[:n], np.concatenate([kept, np.full(n - len(kept), -1, np.float32)]))
    assert out[n] == out[n + 1] == len(kept)
    np.testing.assert_allclose(out[n + 2], a.sum(dtype=np.float64), rtol=1e-4, atol=1e-4)
    assert kernels.findings() == []


@RUNS
@given(n=st.integers(1, 200), seed=SEEDS)
def test_bit_masks_have_element_0_in_bit_0(kernels, n, seed) -> None:
    a, b = normal(seed, (n,)), normal(seed + 1, (n,))
    out = np.empty(n, np.float32)
    kernels.launch("bits", out, a, b, n)
    less = a < b
    moved = np.full(n, -1, np.float32).view(np.uint8).copy()
    moved[:n][less] = a.view(np.uint8)[:n][less]
    expected = moved.view(np.float32)
    expected[: less.sum()] = a[less]
    np.testing.assert_array_equal(out, expected)
    assert kernels.findings() == []
