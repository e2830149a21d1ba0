"""Executing compiled kernels and IR: in child processes, with limits, against guard pages."""
