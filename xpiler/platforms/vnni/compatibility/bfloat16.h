// __bf16 for compilers that have none in C++ (g++ before 13): a float whose low half is rounded away, ties to even.
#pragma once
#if !defined(__BFLT16_MAX__) && !defined(__clang__)
struct __bf16 {
  unsigned short bits;
  __bf16() = default;
  __bf16(float value) {
    unsigned whole;
    __builtin_memcpy(&whole, &value, sizeof whole);
    bits = value != value ? 0x7fc0 : (whole + 0x7fff + (whole >> 16 & 1)) >> 16;
  }
  operator float() const {
    unsigned whole = (unsigned)bits << 16;
    float value;
    __builtin_memcpy(&value, &whole, sizeof value);
    return value;
  }
};
#endif
