"""Passes given as flags of their own, as mlir-opt takes them: `--canonicalize --loop-split='factor=4'`."""

from __future__ import annotations


def pipeline_from_flags(pipeline: str, flags: list[str]) -> str:
    """Pipeline text for a list of flags, behind what `--pass-pipeline` said."""
    entries = [pipeline] if pipeline else []
    for flag in flags:
        name, _, options = flag.lstrip("-").partition("=")
        entries.append(f"{name}{{{options}}}" if options else name)
    if len(entries) > 1 and pipeline.strip().startswith("builtin.module("):
        entries[0] = pipeline.strip()[len("builtin.module(") : -1]
    return ",".join(entries)
