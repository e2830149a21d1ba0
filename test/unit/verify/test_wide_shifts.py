"""Shifts that may be by the whole width are told where the text bounds the count itself; others are left alone."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.wide_shifts import wide_shifts

FIELDS = """__global__ void fields(const unsigned *x, const int *width, unsigned *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  BODY
}
void launch(const unsigned *x, const int *width, unsigned *out, int n) { fields<<<(n + 127) / 128, 128>>>(x, width, out, n); }
"""
MASK = "out[i] = x[i] & ((1u << w) - 1u);"


def found(body: str) -> list[tuple[str, int]]:
    return [(d.message, d.place.line) for d in wide_shifts(frontend.read(FIELDS.replace("BODY", body), "cuda"))]


def test_a_count_that_is_the_width() -> None:
    assert found("out[i] = x[i] << 32;") == [("a shift of 32 bits by 32, which is undefined from 32 on", 4)]


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (f"int w = min(max(width[i], 0), 32); {MASK}", 32),
        (f"int v = width[i]; int w = max(0, v > 32 ? 32 : v); {MASK}", 32),
        ("out[i] = x[i] >> (width[i] & 63);", 63),
        ("out[i] = x[i] << ((unsigned)width[i] % 33);", 32),
    ],
)
def test_a_bound_that_is_the_width_or_more(body: str, most: int) -> None:
    assert found(body) == [(f"a shift of 32 bits by up to {most}, which is undefined from 32 on", 4)]


@pytest.mark.parametrize(
    "body",
    [
        f"int w = min(max(width[i], 0), 31); {MASK}",
        f"int w = min(width[i], 32); if (w < 32) {MASK}",
        "int w = min(width[i], 32); out[i] = w == 32 ? x[i] : x[i] & ((1u << w) - 1u);",
        "out[i] = (unsigned)((1ull << min(width[i], 32)) - 1) & x[i];",
        f"int w = width[i]; {MASK}",
        "out[i] = x[i] >> (width[i] & 31);",
        "out[i] = x[i] << 31;",
    ],
)
def test_what_stays_below_and_what_nothing_bounds(body: str) -> None:
    assert not found(body)
