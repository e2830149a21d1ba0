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
from xpiler.verify.symbolic.scope import carried, narrow, narrowed, scope
from xpiler.verify.symbolic.stage import AllSizes

# What isl may do for one proof, about ten seconds: counted, not timed, so that the verdict is the same every time.
MOST_OPERATIONS = 12_000_000
MORE_STEPS = "more steps in integer sets than a proof may take"


def compare(
    texts: list[str], seconds: float, sizes: dict[str, int], others: dict[str, int] | None = None, among: AllSizes | None = None
) -> AllSizes:
    """Both modules for all sizes. Raises NotModelled where they are not shown equal, OutOfTime at the limit."""
    with within_limits():
        return _compare(texts, seconds, sizes, others or {}, among)


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


def _compare(texts: list[str], seconds: float, sizes: dict[str, int], others: dict[str, int], among: AllSizes | None) -> AllSizes:
    with ir.Context() as context:
        register_dialects(context)
        modules = [ir.Module.parse(text) for text in texts]
        comparison = Comparison(*modules, Budget.of_work(seconds))
        comparison.check_side_conditions()
        comparison.compare()
        if among is not None and among.scope != scope(comparison):
            narrow(comparison, among.box)
        if comparison.box.sizes.is_empty():
            raise NotModelled("an integer that leaves its type at every size")
        elsewhere: dict[str, int] = {}
        with suppress(NotModelled):
            elsewhere = elements(comparison, others)
        asked = elements(comparison, sizes)
        return AllSizes(scope(comparison), assumptions(comparison), asked, elsewhere, narrowed(comparison), carried(comparison))


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
