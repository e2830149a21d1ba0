"""Xpiler: translates tensor kernels between CUDA C, HIP, BANG C and C with AVX-512, with proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xpiler.running import Outcome, RunOptions
    from xpiler.translation import Translation
    from xpiler.verify.verdict import Answer

__version__ = "0.1.0"


def register_dialects(ctx) -> None:
    """Loads into an `mlir.ir.Context` of yours every dialect of Xpiler, and those of upstream that its passes create."""
    from xpiler.dialects import register
    from xpiler.embedding import load_upstream

    register(ctx)
    load_upstream(ctx)


def translate(source: str, to: str, **options: Any) -> Translation:
    """Translates the kernels of a file to platform `to`; `options` are the fields of `options.TranslateOptions`.

    The result has `text`, `answer` (the verdict), `seconds` and `diagnostics`. Raises diagnostics.XpilerError, located,
    where the source, the options or a tool are at fault.
    """
    from xpiler.options import TranslateOptions
    from xpiler.translation import translate_file

    return translate_file(source, TranslateOptions(to=to, **options))


def run(source: str, folder: str = "", options: RunOptions | None = None, **values: Any) -> Outcome:
    """Runs a kernel file once, natively or simulated; builds in `folder`, or in one that is gone afterwards.

    `values` gives each scalar a number and each buffer an array (or "random", "out:1024" ...); `options` (running.RunOptions)
    names the function to call or the launch of a kernel. The outcome has the arrays after the run, what a simulator found
    and what it counted. Raises diagnostics.XpilerError.
    """
    import tempfile
    from pathlib import Path

    from xpiler.running import RunOptions, run_file

    with tempfile.TemporaryDirectory(prefix="xpiler-run-") as scratch:
        return run_file(source, values, options or RunOptions(), Path(folder or scratch))


def verify(source: str, target: str, sizes: dict[str, int] | None = None, **options: Any) -> Answer:
    """Whether the program in file `target` does what the one in `source` does; `options` are the fields of `verify.texts.VerifyOptions`.

    Either file is text of any platform or a module in MLIR. Without `sizes` the prover chooses them and says which. Raises
    diagnostics.XpilerError where a file cannot be read.
    """
    import importlib

    judge: Any = importlib.import_module("xpiler.verify")  # a module that is called
    return judge(source, target, sizes, **options)
