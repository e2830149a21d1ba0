"""Passes that give a kernel in shared form the shape of AVX-512 and VNNI."""
