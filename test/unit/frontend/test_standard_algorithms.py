"""Algorithms of the C++ library on arrays are the loops that they are."""

from __future__ import annotations

from collections.abc import Callable

A = (5, 3, 9, 1, 9, 2, 7, 4)


def test_values(evaluate: Callable[..., list[int]]) -> None:
    body = """
    out[0] = std::accumulate(a, a + n, 0L);
    out[1] = *std::max_element(a, a + n);
    out[2] = std::min_element(a, a + n) - a;
    out[3] = std::inner_product(a, a + n, a, 0L);
    int t[8];
    std::fill(t, t + 8, 6);
    std::copy(a, a + 2, t);
    std::transform(a, a + n, t + 2, [](int v) { return v + 1; });
    out[4] = t[0] * 100 + t[2] * 10 + t[4];
    out[5] = std::accumulate(a, a + n, 1L, [](long p, int v) { return p * v; });
    std::iota(out + 6, out + 8, 40L);
    """
    expected = [27, 9, 3, 25 + 9 + 81 + 1 + 81, 5 * 100 + 6 * 10 + 10, 5 * 3 * 9 * 9, 40, 41]
    assert evaluate(body, A, 5, "#include <algorithm>\n#include <numeric>") == expected


def test_extremes_of_braced_lists(evaluate: Callable[..., list[int]]) -> None:
    body = """
    out[0] = std::min({a[0], a[3], n});
    out[1] = std::max({a[0], a[2], n, 8});
    out[2] = std::min({7});
    """
    assert evaluate(body, A, 5, "#include <algorithm>")[:3] == [1, 9, 7]


def test_masks_that_are_empty_or_full(evaluate: Callable[..., list[int]]) -> None:
    body = """
    __mmask16 none = 0, some = (__mmask16)(n << 8), all = 0xffff;
    out[0] = _mm512_kortestz(none, none);
    out[1] = _mm512_kortestz(none, some);
    out[2] = _mm512_kortestc(some, all);
    out[3] = _kortestz_mask16_u8(some, none);
    out[4] = _kortestc_mask16_u8(some, none);
    """
    assert evaluate(body, A, 5, "#include <immintrin.h>")[:5] == [1, 0, 1, 0, 0]
