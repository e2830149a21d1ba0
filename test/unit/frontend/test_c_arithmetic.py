"""Integer and floating arithmetic mean what C says."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(signed char)200", -56),
        ("(unsigned char)-1", 255),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("a[0] / a[1]", -2),
        ("a[0] % a[1]", -1),
        ("-1 < 1u", 0),  # -1 becomes unsigned
        ("(short)-1 < (unsigned short)1", 1),  # both become int
        ("-8 >> 1", -4),
        ("(unsigned)-8 >> 28", 15),
        ("1u - 2u", 4294967295),
        ("(long)(1u - 2u)", 4294967295),
        ("sizeof(float) * 3", 12),
        ("~5", -6),
        ("!5 + !0", 1),
        ("(char)127 + (char)1", 128),  # promoted to int
        ("'a'", 97),
        ("(int)2.9f + (int)-2.9f", 0),
        ("(bool)0.25f", 1),
        ("1 ? -1 : 1u", 4294967295),
        ("(1, 2)", 2),
        ("true + true", 2),
        ("(long)1 << 40", 1 << 40),
        ("(a[0] > 0) + 2 * (a[0] < 0)", 2),
    ],
)
def test_expression(evaluate, expression: str, expected: int) -> None:
    assert evaluate(f"out[0] = {expression};", a=(-7, 3, 0, 0))[0] == expected


def test_compound_assignment_computes_in_the_common_type(evaluate) -> None:
    body = "unsigned char c = 250; c += 10; out[0] = c; int i = 7; i *= 0.5; out[1] = i; short s = -1; s >>= 1; out[2] = s;"
    assert evaluate(body)[:3] == [4, 3, -1]


def test_increment_gives_the_value_before_or_after(evaluate) -> None:
    assert evaluate("int i = 3; out[0] = i++; out[1] = ++i; out[2] = i--; out[3] = i; int j = 0; out[j++] += 1; out[4] = j;")[:5] == [
        4,
        5,
        5,
        4,
        1,
    ]


def test_narrow_counter_wraps(evaluate) -> None:
    assert evaluate("unsigned char c = 0; c--; out[0] = c; signed char s = 127; s++; out[1] = s;")[:2] == [255, -128]


def test_float_product_with_a_double_literal_is_double(read) -> None:
    text = read('extern "C" void k(float *x) { x[0] = x[1] * 0.1; }', "vnni")
    assert "arith.extf" in text and "arith.mulf" in text and ": f64" in text and "arith.truncf" in text


def test_signed_arithmetic_carries_nsw_and_unsigned_does_not(read) -> None:
    text = read('extern "C" void k(int *x, unsigned *y) { x[0] = x[1] + x[2]; y[0] = y[1] + y[2]; }', "vnni")
    assert text.count("overflow<nsw>") == 1


def test_unsigned_subscript_is_zero_extended(read) -> None:
    text = read('extern "C" void k(int *x, unsigned i, int j) { x[i] = x[j]; }', "vnni")
    assert text.count("arith.index_castui") == 1 and text.count("arith.index_cast ") == 1
