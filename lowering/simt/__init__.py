"""What CUDA and HIP have in common."""
