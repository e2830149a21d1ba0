"""CUDA and HIP: coordinates of blocks and threads, barriers, and values that lanes of a warp exchange."""

from __future__ import annotations

from contextlib import nullcontext

from mlir import ir

from xpiler.dialects.words import word
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.block_memory import most_shared_bytes
from xpiler.verify.model.fragments import side_of
from xpiler.verify.model.host import warp_size
from xpiler.verify.model.simt import MOST_THREADS
from xpiler.verify.signature import inside
from xpiler.verify.symbolic import digits, flat
from xpiler.verify.symbolic.flat import Threads
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import Access, Array, Group, Pointer
from xpiler.verify.symbolic.sets import PwAff, Set, fresh, holds, name, number, project_out, substitute_in_set, within
from xpiler.verify.symbolic.walker import Walker, handles
from xpiler.verify.terms.term import Term

AXES = ("x", "y", "z")
WARP = 32  # lanes that share a fragment
INDICES = ("thread_id", "block_id", "block_dim", "grid_dim")


@handles(*(f"{dialect}.{of}" for dialect in ("cuda", "hip") for of in INDICES))
def index(w: Walker, op: ir.Operation) -> None:
    """A coordinate or an extent of the launch."""
    w.env[op.results[0]] = w.places[f"{op.name.partition('.')[2]} {word(op.attributes['dimension'])}"]


@handles("cuda.warp_size", "hip.warp_size")
def warp(w: Walker, op: ir.Operation) -> None:
    """Lanes of a warp on the target."""
    w.env[op.results[0]] = Int.of(warp_size(w.target))


def launch(w: Walker, kernel: ir.Operation, grid: list[Int], block: list[Int], shared_bytes: Int, arguments: list) -> None:
    """All blocks and threads of a launch at once; threads of a block go in step, which is one of their orders."""
    extents = {"block_id": [g.affine(w.symbols) for g in grid], "thread_id": [b.affine(w.symbols) for b in block]}
    for of, most in (("block_id", (2147483647, 65535, 65535)), ("thread_id", (1024, 1024, 64))):
        for extent, limit in zip(extents[of], most, strict=True):
            w.box.require(extent.ge_set(number(1)).intersect(extent.le_set(number(limit))), w.domain)
    threads_of_block = block[0].times(block[1], w.symbols).times(block[2], w.symbols).affine(w.symbols)
    w.box.require(threads_of_block.le_set(number(MOST_THREADS)), w.domain)
    number_ = w.number_of_place()
    before = (w.domain, w.dims, w.time, w.groups, w.threads, w.places, w.exited, w.lanes, w.dynamic_shared, w.of_launch)
    axes = [_blocks(w, ("block", number_, axis), extent) for axis, extent in zip(AXES, grid, strict=True)]
    blocks = tuple(of for names, _ in reversed(axes) for of in names)
    coordinates = [fresh("t") for _ in AXES]
    threads = tuple(reversed(coordinates))
    for coordinate, extent in zip(coordinates, extents["thread_id"], strict=True):
        w.domain = w.domain.intersect_params(within(coordinate, extent))
    numbers = {c: name(c) for c in coordinates}
    w.lanes = ()
    lanes = warp_size(w.target)
    if (block[0].constant or 1) % lanes == 0:
        threads = (*threads[:-1], *_in_warps(w, kernel, threads[-1], lanes, numbers))
    numbered = _threads(w, ("threads", number_, ""), grid, block, axes, threads)
    full = w.domain
    w.groups = (*w.groups, Group(blocks, w.dims), Group(threads, (*w.dims, *blocks), meets=True, full=full))
    w.dims = (*w.dims, *blocks, *threads)
    w.time = [*w.time, *[x for b in blocks for x in (b, 0)]]
    w.threads, w.exited = threads, None
    w.dynamic_shared = _dynamic(w, shared_bytes)
    w.places = {f"block_id {axis}": value for axis, (_, value) in zip(AXES, axes, strict=True)}
    w.places |= {f"thread_id {axis}": Int.of(numbers[c]) for axis, c in zip(AXES, coordinates, strict=True)}
    w.places |= {
        f"{of} {axis}": v for of, values in (("grid_dim", grid), ("block_dim", block)) for axis, v in zip(AXES, values, strict=True)
    }
    w.of_launch = numbered
    with _numbered(w, numbered):
        w.call(kernel, arguments)
    if numbered is not None:
        flat.left(w, numbered)
    w.domain, w.dims, w.time, w.groups, w.threads, w.places, w.exited, w.lanes, w.dynamic_shared, w.of_launch = before
    w.tick()


def _blocks(w: Walker, place: digits.Place, extent: Int) -> tuple[tuple[str, ...], Int]:
    """The coordinates of the blocks along an axis, and their number."""
    if place in w.reading.digits:
        of = digits.taken_apart(w, place)
        w.domain = w.domain.intersect_params(of.domain).intersect_params(digits.below(of, extent, w.symbols))
        return of.names, of.value
    coordinate = fresh("b")
    w.domain = w.domain.intersect_params(within(coordinate, extent.affine(w.symbols)))
    w.counted.append((place, Int.of(name(coordinate))))
    return (coordinate,), Int.of(name(coordinate))


def _threads(w: Walker, place: digits.Place, grid: list[Int], block: list[Int], axes: list, threads: tuple[str, ...]) -> Threads | None:
    """The threads of a launch along x by their numbers; None where lanes or other dimensions of blocks are told apart."""
    (along_x, *others), width = axes, block[0].constant
    if w.lanes or width is None or len(along_x[0]) != 1 or [b.constant for b in block[1:]] != [1, 1]:
        return None
    gone = (*along_x[0], *threads)
    ranges = within(along_x[0][0], grid[0].affine(w.symbols))
    for coordinate, extent in zip(reversed(threads), block, strict=True):
        ranges = ranges.intersect(within(coordinate, extent.constant))
    number_ = Int.of(name(along_x[0][0]).mul(number(width)).add(name(threads[-1])))
    blocks = tuple(of for names, _ in reversed(others) for of in names)
    count = grid[0].times(block[0], w.symbols)
    found = Threads(place, number_, count, gone, blocks, w.dims, w.groups, ranges, len(w.trace.accesses))
    w.counted.append((place, number_))
    return found


def _numbered(w: Walker, threads: Threads | None):
    """Where the numbers of threads are to be taken apart, they are the coordinates."""
    if threads is None or threads.place not in w.reading.digits:
        return nullcontext()
    of = digits.taken_apart(w, threads.place)
    return flat.entered(w, threads, of, threads.count)


def _dynamic(w: Walker, shared_bytes: Int) -> Array | None:
    """The bytes that a launch gives each of its blocks; none where it gives none."""
    if shared_bytes.constant == 0:
        return None
    bytes_ = shared_bytes.affine(w.symbols)
    w.box.require(bytes_.ge_set(number(0)).intersect(bytes_.le_set(number(most_shared_bytes(w.module)))), w.domain)
    return Array("dynamic shared memory", "i8", tuple(d for d in w.dims if d not in w.threads), shared_bytes)


@handles("cuda.dynamic_shared", "hip.dynamic_shared")
def dynamic_shared(w: Walker, op: ir.Operation) -> None:
    """The block's bytes, which are taken as elements of one type."""
    if w.flat is not None:
        raise NotModelled(flat.SHARED)
    if w.dynamic_shared is None:
        raise NotModelled("dynamic shared memory that the launch does not give")
    w.env[op.results[0]] = Pointer(w.dynamic_shared, Int.of(0))


def _in_warps(w: Walker, kernel: ir.Operation, thread: str, lanes: int, numbers: dict[str, PwAff]) -> tuple[str, ...]:
    """The coordinates of threads along x: warps and their lanes where a kernel's lanes do something together, lines of lanes where they
    multiply matrices that have as many rows.
    """
    extents = _lanes_together(kernel, lanes)
    if not extents:
        return (thread,)
    warp_, w.lanes = fresh("w"), tuple(fresh("l") for _ in extents)
    place = name(warp_)
    for coordinate, extent in zip(w.lanes, extents, strict=True):
        place = place.mul(number(extent)).add(name(coordinate))
    numbers[thread] = place
    w.domain = substitute_in_set(w.domain, {thread: place})
    for coordinate, extent in zip(w.lanes, extents, strict=True):
        w.domain = w.domain.intersect_params(within(coordinate, extent))
    return (warp_, *w.lanes)


def _lanes_together(kernel: ir.Operation, lanes: int) -> tuple[int, ...]:
    """The extents of the coordinates of lanes in a warp, where they share fragments, exchange values or multiply matrices; none else."""
    ops = list(inside(kernel))
    sides = {side_of(op) for op in ops if op.name.endswith(".mfma")}
    if any(".fragment_" in op.name for op in ops):
        return (lanes,) if lanes == WARP else ()
    if any(op.name.endswith(".shuffle") for op in ops):
        return (lanes,)
    (side,) = sides if len(sides) == 1 else (0,)
    return (lanes // side, side) if side and lanes % side == 0 else ()


@handles("cuda.barrier", "hip.barrier")
def barrier(w: Walker, op: ir.Operation) -> None:
    """Where threads of a block wait for each other: all that have not returned get here, or none."""
    group = w.groups[-1]
    if not group.meets:
        raise NotModelled("a barrier inside of a parallel loop")
    here = w.domain.intersect_params(w.box.sizes)
    live = group.full if w.exited is None else group.full.intersect_params(w.exited)
    all_of_them = project_out(here, w.threads).intersect_params(live)
    if not holds(here, all_of_them):
        raise NotModelled("a barrier that not all threads of a block are shown to reach")
    w.trace.barriers.append(Access(None, False, w.dims, w.domain, Int.of(0), w.tick(), w.threads, w.groups, where=w.where))


@handles("cuda.shuffle", "hip.shuffle")
def shuffle(w: Walker, op: ir.Operation) -> None:
    """A value of another lane: stored by every lane, loaded by those that ask, between two moments of the warp."""
    kind, lanes = word(op.attributes["kind"]), warp_size(w.target)
    value, amount, width, *mask = (w.env[v] for v in op.operands)
    if mask and not _names_all(mask[0], lanes):
        raise NotModelled("a lane mask that leaves out lanes")
    delta = amount.constant if isinstance(amount, Int) else None
    if delta is None or not isinstance(width, Int) or width.constant != lanes:
        raise NotModelled("a shuffle by something that is not a constant, or of parts of a warp")
    thread, lane = _lane(w, lanes)
    source = _source(kind, lane, delta, lanes).sub(lane).add(name(thread))
    _whole_warp(w, thread, lanes)
    cell = Pointer(Array(fresh("exchange"), str(op.results[0].type), w.dims, is_cell=True), Int.of(0))
    w.store(cell, Int.of(0), value)
    read: Term = w.load(cell, Int.of(0))
    access = read.args[0].what
    access.moved = {thread: source}
    w.env[op.results[0]] = read


def _names_all(mask: object, lanes: int) -> bool:
    return isinstance(mask, Int) and mask.constant is not None and mask.constant % (1 << lanes) == (1 << lanes) - 1


def _lane(w: Walker, lanes: int) -> tuple[str, PwAff]:
    """The coordinate along which lanes follow each other, and the lane."""
    width = w.places["block_dim x"].constant
    if width is None or width % lanes:
        raise NotModelled("a shuffle in a block whose width is no multiple of the warp")
    thread = w.threads[-1]
    return thread, name(thread) if thread == w.lane else name(thread).tdiv_r(number(lanes))


def _source(kind: str, lane: PwAff, delta: int, lanes: int) -> PwAff:
    """The lane a value comes from; one outside of the warp is the lane itself."""
    if kind == "xor" and 0 < delta < lanes and delta & (delta - 1) == 0:
        is_set = lane.div(number(delta)).floor().tdiv_r(number(2)).eq_set(number(1))
        moved = lane.add(number(delta)).sub(is_set.indicator_function().mul(number(2 * delta)))
        return moved
    if kind == "down" and 0 <= delta < lanes:
        return _or_itself(lane.add(number(delta)), lane, lane.lt_set(number(lanes - delta)))
    if kind == "up" and 0 <= delta < lanes:
        return _or_itself(lane.sub(number(delta)), lane, lane.ge_set(number(delta)))
    if kind in ("idx", "index") and 0 <= delta < lanes:
        return number(delta)
    raise NotModelled(f"a shuffle of kind '{kind}' by {delta}")


def _or_itself(moved: PwAff, lane: PwAff, inside: Set) -> PwAff:
    return moved.intersect_params(inside).union_add(lane.intersect_params(inside.complement()))


def _whole_warp(w: Walker, thread: str, lanes: int) -> None:
    """All lanes of a warp get here, or none."""
    other = fresh("t")
    here = w.domain.intersect_params(w.box.sizes)
    same = name(other).div(number(lanes)).floor().eq_set(name(thread).div(number(lanes)).floor())
    full = w.groups[-1].full.intersect_params(same)
    reached = here.intersect_params(same).intersect_params(substitute_in_set(full, {thread: name(other)}))
    if not holds(substitute_in_set(here, {thread: name(other)}), reached):
        raise NotModelled("a shuffle that not all lanes of a warp are shown to reach")
