"""Reading C and C++ with AVX-512 and VNNI intrinsics."""
