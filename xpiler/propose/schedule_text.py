"""A proposed schedule: pipeline text, alone or as the attribute `xpiler.schedule` of a module, its holes with their choices.

    module attributes {xpiler.schedule = "builtin.module(loop-split{loop=i factor=#xpiler.hole<tile>}, ...)",
                       xpiler.holes = {tile = [32, 64, 128]}} {}

Upstream's passes run with the rights of this process and some write files or start tools, so a proposal may name only
those listed here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from mlir import ir

from xpiler.diagnostics import PassFailed
from xpiler.pipeline import Pipeline

UPSTREAM = frozenset(
    "canonicalize cse loop-invariant-code-motion control-flow-sink sccp symbol-dce affine-loop-normalize affine-scalrep "
    "affine-loop-fusion affine-loop-unroll affine-loop-tile affine-parallelize affine-simplify-structures lower-affine "
    "linalg-specialize-generic-ops linalg-generalize-named-ops convert-linalg-to-loops convert-linalg-to-affine-loops "
    "fold-memref-alias-ops scf-for-loop-peeling sroa mem2reg".split()
)
HOLE = re.compile(r'#xpiler\.hole<\\?"?(\w+)\\?"?>')
LONGEST = 20_000  # characters of a schedule
USUAL = (16, 32, 64, 128, 256, 8, 4, 512, 1024, 2)  # what a hole without choices may be: a tile, a factor, a width
MOST_FILLINGS = 64


def parsed(text: str, context: ir.Context) -> tuple[str, dict[str, tuple[int, ...]]]:
    """The pipeline text of a proposal and the choices of each of its holes.

    Raises PassFailed where the text is neither a module with a schedule nor a pipeline.
    """
    if len(text) > LONGEST:
        raise PassFailed(f"the schedule has {len(text)} characters", hint=f"at most {LONGEST} are read")
    if not text.lstrip().startswith("module"):
        return text.strip(), {name: USUAL for name in HOLE.findall(text)}
    try:
        attributes = ir.Module.parse(text, context).operation.attributes
    except ir.MLIRError as error:
        raise PassFailed(f"the schedule is not MLIR: {_first_line(error)}") from None
    if "xpiler.schedule" not in attributes or not isinstance(attributes["xpiler.schedule"], ir.StringAttr):
        raise PassFailed("the module has no string attribute 'xpiler.schedule'")
    pipeline = ir.StringAttr(attributes["xpiler.schedule"]).value
    stated = _choices(attributes["xpiler.holes"]) if "xpiler.holes" in attributes else {}
    return pipeline, {name: stated.get(name, USUAL) for name in HOLE.findall(pipeline)}


def _choices(attribute: ir.Attribute) -> dict[str, tuple[int, ...]]:
    if not isinstance(attribute, ir.DictAttr):
        raise PassFailed("'xpiler.holes' must be a dictionary of lists of numbers")
    found = {}
    for named in attribute:
        values = named.attr
        if not isinstance(values, ir.ArrayAttr) or not all(isinstance(v, ir.IntegerAttr) for v in values):
            raise PassFailed(f"the choices of the hole '{named.name}' must be a list of numbers")
        found[named.name] = tuple(ir.IntegerAttr(v).value for v in values)
    return found


def fillings(pipeline: str, choices: dict[str, tuple[int, ...]]) -> Iterator[str]:
    """The pipeline with its holes filled, in every way, the first choices first; itself where it has none."""
    ways = itertools.product(*choices.values())
    for values in itertools.islice(ways, MOST_FILLINGS):
        chosen = dict(zip(choices, values, strict=True))
        yield HOLE.sub(lambda match, chosen=chosen: str(chosen[match[1]]), pipeline)


def checked(pipeline: str) -> str:
    """The pipeline's text as our parser prints it, without the module around it. Raises PassFailed for a pass that may not be named."""
    stages = Pipeline.parse(pipeline).stages
    for stage in stages:
        if isinstance(stage.step, str):
            _refuse_others(stage.step)
    return ",".join(map(str, stages))


def _refuse_others(step: str) -> None:
    for name in re.findall(r"[A-Za-z][\w.-]*(?=\s*(?:[{(,)]|$))", re.sub(r"\{[^}]*\}", "", step)):
        if name not in UPSTREAM and name not in ("func.func", "builtin.module"):
            raise PassFailed(f"a proposal may not name the pass '{name}'", hint="our passes may be named, and upstream's that only rewrite")


def _first_line(error: ir.MLIRError) -> str:
    diagnostics = error.error_diagnostics
    return diagnostics[0].message if diagnostics else str(error).splitlines()[0]
