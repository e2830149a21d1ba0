"""Schedules of CUDA and HIP: passes on the shared form that give work to blocks, threads and shared memory."""
