"""The declaration header of AVX-512, made from the table of intrinsics.

python -m xpiler.frontend.vnni.header > xpiler/platforms/vnni/include/immintrin.h
"""

from __future__ import annotations

from xpiler.frontend.vnni.registers import WIDTHS
from xpiler.frontend.vnni.table import intrinsics

REGISTERS = "\n".join(
    f"typedef {element} __m{width}{suffix} __attribute__((vector_size({width // 8})));"
    for width in WIDTHS
    for element, suffix in (("float", ""), ("double", "d"), ("int", "i"))
)
MASKS = """typedef unsigned char __mmask8;
typedef unsigned short __mmask16;
typedef unsigned int __mmask32;
typedef unsigned long long __mmask64;"""
COMPARISONS = (
    "EQ_OQ LT_OS LE_OS UNORD_Q NEQ_UQ NLT_US NLE_US ORD_Q EQ_UQ NGE_US NGT_US FALSE_OQ NEQ_OQ GE_OS GT_OS TRUE_UQ "
    "EQ_OS LT_OQ LE_OQ UNORD_S NEQ_US NLT_UQ NLE_UQ ORD_S EQ_US NGE_UQ NGT_UQ FALSE_OS NEQ_OS GE_OQ GT_OQ TRUE_US"
).split()
CONSTANTS = {
    "_MM_FROUND_TO_NEAREST_INT": 0,
    "_MM_FROUND_TO_NEG_INF": 1,
    "_MM_FROUND_TO_POS_INF": 2,
    "_MM_FROUND_TO_ZERO": 3,
    "_MM_FROUND_CUR_DIRECTION": 4,
    "_MM_FROUND_NO_EXC": 8,
    "_MM_HINT_NTA": 0,
    "_MM_HINT_T2": 1,
    "_MM_HINT_T1": 2,
    "_MM_HINT_T0": 3,
    **{f"_CMP_{name}": value for value, name in enumerate(COMPARISONS)},
}
ALLOCATION = "void *_mm_malloc(unsigned long, unsigned long);\nvoid _mm_free(void *);"

PREFETCH = "#define _mm_prefetch(address, hint) ((void)0)  // clang knows the name with another type"


def text() -> str:
    """The whole header."""
    constants = "\n".join(f"#define {name} 0x{value:02x}" for name, value in CONSTANTS.items())
    declarations = "\n".join(row.declaration() for row in intrinsics().values())
    return f"""// Declarations of the AVX-512 intrinsics that the front end reads. Made from xpiler/frontend/vnni; do not edit.
#pragma once

{REGISTERS}
{MASKS}

{constants}
{PREFETCH}

extern "C" {{
{declarations}
{ALLOCATION}
}}
"""


if __name__ == "__main__":
    print(text(), end="")
