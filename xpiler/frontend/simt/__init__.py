"""CUDA C and HIP: what they share, and the two languages."""
