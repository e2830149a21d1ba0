"""Small functions the target's headers lack, copied into the output only when used."""

from __future__ import annotations

FUNCTIONS = {
    "floor_div": """// Quotient rounded towards minus infinity.
{qualifier} int64_t floor_div(int64_t a, int64_t b) {{ return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }}""",
    "ceil_div": """// Quotient rounded towards plus infinity.
{qualifier} int64_t ceil_div(int64_t a, int64_t b) {{ return a / b + (a % b != 0 && (a % b < 0) == (b < 0)); }}""",
    "is_nan": """// Whether a value is no number.
{qualifier} bool is_nan(float a) {{ return a != a; }}""",
    "maximum": """// The larger operand; NaN when one is NaN.
template <typename T> {qualifier} T maximum(T a, T b) {{ return a > b || a != a ? a : b; }}""",
    "minimum": """// The smaller operand; NaN when one is NaN.
template <typename T> {qualifier} T minimum(T a, T b) {{ return a < b || a != a ? a : b; }}""",
}
HEADERS = {"floor_div": "<cstdint>", "ceil_div": "<cstdint>"}
