"""The default schedule of BANG: loops over contiguous elements become pieces in NRAM, worked on by vector builtins."""
