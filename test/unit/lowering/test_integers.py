"""Integer text: the fewest casts that keep MLIR's bits."""

from __future__ import annotations

from xpiler.lowering.c_text.ctype import DOUBLE, FLOAT, INT, INTS, UINT
from xpiler.lowering.c_text.expression import infix, integer, leaf
from xpiler.lowering.c_text.integers import arithmetic, as_signed, as_unsigned, compare, division
from xpiler.lowering.c_text.literal import float_text

LOW, J, N = leaf("i", INT, 0, 1000), leaf("j", INT, 0, 1000), leaf("n", INT)
U = leaf("u", UINT)


def test_product_in_int_range_needs_no_cast() -> None:
    assert arithmetic("*", LOW, J, 64, nsw=True).text == "i * j"


def test_product_beyond_int_widens_one_operand() -> None:
    assert arithmetic("*", LOW, N, 64, nsw=True).text == "(int64_t)i * n"


def test_wrapping_sum_is_unsigned_and_signed_one_is_not() -> None:
    assert arithmetic("+", N, N, 32, nsw=False).text == "(unsigned)n + n"
    assert arithmetic("+", N, N, 32, nsw=True).text == "n + n"
    assert arithmetic("+", N, integer(255, INT), 32, nsw=False).text == "n + 255u"


def test_unsigned_arithmetic_reads_signed_only_when_asked() -> None:
    total = arithmetic("+", U, integer(1, INT), 32, nsw=False)
    assert total.text == "u + 1"
    assert as_signed(total, 32).text == "(int)(u + 1)"


def test_narrow_values_promote_and_are_cut_when_read() -> None:
    byte = leaf("b", INTS[8])
    total = arithmetic("+", byte, byte, 8, nsw=False)
    assert total.text == "b + b"
    assert as_signed(total, 8).text == "(int8_t)(b + b)"
    assert as_unsigned(byte, 8).text == "(uint8_t)b"


def test_comparison_never_mixes_signs() -> None:
    assert compare("<", U, N, INT).text == "(int64_t)u < (int64_t)n"
    assert compare("<", leaf("t", UINT, 0, 1023), N, INT).text == "(int)t < n"
    assert compare("<", U, integer(4, INT), INT).text == "u < 4"


def test_neutral_elements_and_literals_fold() -> None:
    assert arithmetic("+", LOW, integer(0, INT), 64, nsw=True) is LOW
    assert arithmetic("*", integer(64, INT), integer(64, INT), 32, nsw=True).text == "4096"
    assert division("/", integer(128, INT), integer(32, INT), INT).text == "4"


def test_bounds_of_division_and_remainder() -> None:
    assert (division("%", LOW, integer(16, INT), INT).low, division("%", LOW, integer(16, INT), INT).high) == (0, 15)
    assert division("%", N, integer(16, INT), INT).low == -15
    whole = arithmetic("-", LOW, division("%", LOW, integer(16, INT), INT), 64, nsw=True)
    assert whole.low == 0


def test_parentheses_only_where_c_needs_them_or_readers_stumble() -> None:
    total = infix("+", LOW, J, INT)
    assert infix("*", total, N, INT).text == "(i + j) * n"
    assert infix("+", total, N, INT).text == "i + j + n"
    assert infix("-", N, total, INT).text == "n - (i + j)"
    either = infix("||", infix("&&", LOW, J, INT), N, INT)
    assert either.text == "(i && j) || n"
    assert infix("&", infix("==", LOW, J, INT), N, INT).text == "(i == j) & n"


def test_float_literals_read_back() -> None:
    assert float_text(0.5, FLOAT) == "0.5f"
    assert float_text(1.0, FLOAT) == "1.0f"
    assert float_text(0.10000000149011612, FLOAT) == "0.1f"
    assert float_text(1e-30, DOUBLE) == "1e-30"
    assert float_text(3.4028234663852886e38, FLOAT) == "3.4028235e38f"  # shorter roundings of the largest lie beyond it
    assert float_text(1.401298464324817e-45, FLOAT) == "1e-45f"
    assert float_text(123456.0, FLOAT) == "123456.0f"
    assert float_text(float("-inf"), FLOAT) == "-INFINITY"
