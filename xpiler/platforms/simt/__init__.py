"""The SIMT simulator: CUDA and HIP files run on a CPU, built by g++ from the user's own text.

`rewrite` turns what C++ cannot express (launches, `__shared__`) into calls, `include/` holds the headers that
stand in for the platforms', `runtime/` the scheduler and the checks. It shares no code with the front end, the
semantics or the emitters, so that it can judge them.
"""
