"""What the child process of the symbolic stage does: parse both modules, compare them, put the sizes into words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import islpy as isl
from mlir import ir

from xpiler import register_dialects
from xpiler.frontend.byte_counts import BYTES_FIT
from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.symbolic import copied
from xpiler.verify.symbolic.proof import Comparison
from xpiler.verify.symbolic.sets import EVERYWHERE, name, number, project_out
from xpiler.verify.symbolic.stage import AllSizes

# What isl may do for one proof, about ten seconds: counted, not timed, so that the verdict is the same every time.
MOST_OPERATIONS = 12_000_000
NARROWER = 4  # times fewer sizes than the source takes are worth a word
MORE_STEPS = "more steps in integer sets than a proof may take"


def compare(texts: list[str], seconds: float, sizes: dict[str, int], others: dict[str, int] | None = None) -> AllSizes:
    """Both modules for all sizes. Raises NotModelled where they are not shown equal, OutOfTime at the limit."""
    with within_limits():
        return _compare(texts, seconds, sizes, others or {})


@contextmanager
def within_limits() -> Iterator[None]:
    """Inside, isl does what it may for one proof; more than that, and what it or we do not expect, is NotModelled."""
    isl.DEFAULT_CONTEXT.reset_operations()  # the child begins with what its parent has counted
    isl.DEFAULT_CONTEXT.set_max_operations(MOST_OPERATIONS)
    try:
        yield
    except isl.Error as error:
        if "maximal number of operations" in str(error):
            raise NotModelled(MORE_STEPS) from None
        raise NotModelled("integer sets that isl does not take") from None
    except (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise NotModelled(f"a construct that proofs for all sizes do not expect ({type(error).__name__}: {error})") from error
    finally:
        isl.DEFAULT_CONTEXT.set_max_operations(0)


def _compare(texts: list[str], seconds: float, sizes: dict[str, int], others: dict[str, int]) -> AllSizes:
    with ir.Context() as context:
        register_dialects(context)
        modules = [ir.Module.parse(text) for text in texts]
        comparison = Comparison(*modules, Budget.of_work(seconds))
        comparison.check_side_conditions()
        comparison.compare()
        if comparison.box.sizes.is_empty():
            raise NotModelled("an integer that leaves its type at every size")
        elsewhere: dict[str, int] = {}
        with suppress(NotModelled):
            elsewhere = elements(comparison, others)
        return AllSizes(scope(comparison), assumptions(comparison), elements(comparison, sizes), elsewhere, narrowed(comparison))


def elements(comparison: Comparison, sizes: dict[str, int]) -> dict[str, int]:
    """Elements of each parameter buffer at the sizes that were asked about, if they are all given.

    Raises NotModelled where the box does not have these sizes.
    """
    if any(of.removeprefix("p_") not in sizes for of in comparison.symbols.sizes):
        return {}
    point = comparison.at(sizes)
    if point.is_empty():
        raise NotModelled("the sizes asked about are not among those it is proved for")
    found = {}
    for of, extents in comparison.extents(point).items():
        found[of] = math.prod(extents)
        if found[of] >= 1 << 31:
            raise NotModelled("a buffer of 2^31 elements or more")
    return found


def scope(comparison: Comparison) -> str:
    """The box of sizes, in words."""
    box = project_out(comparison.box.sizes, list(comparison.symbols.quotients)).coalesce()
    bounds = {of: found for of in comparison.symbols.sizes if (found := _bounds(box, of))}
    stated = {of: found for of, found in bounds.items() if comparison.any_number.get(of) != found}
    within = [f"{low} <= {of.removeprefix('p_')} <= {high}" for of, (low, high) in stated.items()]
    words = "all sizes" + (f" with {', '.join(within)}" if within else "")
    if not _of_bounds(bounds).is_subset(box):
        words += f", of these {str(box).replace('p_', '')}"
    products = sorted({"*".join(s.removeprefix("p_") for s in m) for m in comparison.box.products if all(s.startswith("p_") for s in m)})
    width = "64-bit" if any(map(comparison.symbols.is_wide, comparison.box.products)) else "32-bit"
    return words + (f", where no {width} subscript with a stride of {' or '.join(products)} overflows" if products else "")


def narrowed(comparison: Comparison) -> dict[str, int]:
    """The sizes of which the output takes at most a part that the source takes: what rounds up to a block costs nothing to speak of."""
    quotients = list(comparison.symbols.quotients)
    boxes = [project_out(box, quotients) for box in (comparison.sizes_of_source, comparison.box.sizes)]
    found = {}
    for of in comparison.symbols.sizes:
        bounds = [_bounds(box, of) for box in boxes]
        if None not in bounds and bounds[0][1] >= NARROWER * bounds[1][1]:
            found[of.removeprefix("p_")] = bounds[1][1]
    return found


def _of_bounds(bounds: dict[str, tuple[int, int]]) -> isl.Set:
    """All sizes within their bounds."""
    whole = EVERYWHERE
    for of, (low, high) in bounds.items():
        whole = whole.intersect_params(name(of).ge_set(number(low)).intersect(name(of).le_set(number(high))))
    return whole


def _bounds(box: isl.Set, of: str) -> tuple[int, int] | None:
    """The least and the largest value of a size."""
    at = box.find_dim_by_name(isl.dim_type.param, of)
    if at < 0:
        return None
    points = isl.Set.from_params(box).move_dims(isl.dim_type.set, 0, isl.dim_type.param, at, 1)
    points = points.project_out(isl.dim_type.param, 0, points.dim(isl.dim_type.param))
    low, high = (getattr(points, f"dim_{which}_val")(0).to_python() for which in ("min", "max"))
    return low, high


def assumptions(comparison: Comparison) -> tuple[str, ...]:
    """What the proof rests on, in words."""
    found = ["floats are real numbers, sums and products in any order; changes of width round", "inputs are finite"]
    written = comparison.written()
    for of in [of for of, changes in written.items() if changes]:
        found += [f"noalias({', '.join(sorted((of, other)))})" for other in written if other != of]
    found += [f"'{of}' has at least the elements that both programs touch" for of in comparison.without_extent()]
    found += [f"'{comparison.names[i]}' has at least the elements that the source touches" for i in copied.unstated(comparison)]
    found += [f"{of} is exact" for of in sorted(set().union(*(w.trace.approximations for w in comparison.walks)))]
    found += [f"{BYTES_FIT} ({Path(where).name})" for where in sorted(set().union(*(w.trace.bounded for w in comparison.walks)))]
    return tuple(dict.fromkeys(found))
