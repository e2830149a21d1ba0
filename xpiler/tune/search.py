"""SearchStrategy: which point to try next.

`TreeSearch` walks the tree of decisions by upper confidence bounds (Kocsis and Szepesvari, 2006): each node is a row of decisions for or
against passes, completed by the default schedule; its children decide one more, and what a trial gained goes back to every prefix.
Within a sequence, parameters are enumerated and taken in the order of the cost model. `RandomOrder` takes passes and parameters by
chance: the baseline that a search has to beat.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from xpiler.tune.builder import Candidate
from xpiler.tune.space import Point, Space

Lower = Callable[[Sequence[Point]], list[Candidate]]
EXPLORATION = 0.3  # of the gain's scale, which is a ratio to the default schedule's
WIDTH = 48  # settings of a sequence that are lowered and ranked at a time


@dataclass
class Node:
    """A row of decisions: how often trials went through it, the best gain of them, and its settings in the model's order."""

    decisions: tuple[str, ...]
    visits: int = 0
    best: float = 0.0
    ranked: list[Candidate] | None = None
    closed: bool = False
    children: dict[str, Node] = field(default_factory=dict)


class Ranking:
    """Settings of sequences, lowered and ranked by the model; a text that came up before is not a candidate again."""

    def __init__(self, space: Space, lower: Lower, chance: random.Random):
        self._space, self._lower, self._chance = space, lower, chance
        self._texts: set[str] = set()
        self._sequences: set[tuple[str, ...]] = set()

    def of(self, sequence: tuple[str, ...]) -> list[Candidate]:
        """New candidates of a sequence, the most promising first; a sample of the settings where they are many.

        Empty where the sequence came up before.
        """
        if sequence in self._sequences:
            return []
        self._sequences.add(sequence)
        points = self._space.points(sequence)
        others = self._chance.sample(range(1, len(points)), min(WIDTH, len(points)) - 1) if points else []
        sample = [points[at] for at in ([0, *others] if points else [])]
        fresh = []
        for candidate in self._lower(sample) if sample else []:
            if candidate.text and candidate.text not in self._texts:
                self._texts.add(candidate.text)
                fresh.append(candidate)
        return sorted(fresh, key=lambda candidate: candidate.estimate)

    def saw(self, text: str) -> None:
        """A text that is known from elsewhere."""
        self._texts.add(text)


class TreeSearch:
    """Tree search over sequences, the model's order within one."""

    def __init__(self, space: Space, ranking: Ranking, chance: random.Random):
        self._space, self._ranking, self._chance = space, ranking, chance
        self._root = Node(())
        self._paths: dict[Point, list[Node]] = {}

    def propose(self) -> Candidate | None:
        """The next candidate; None where the space is used up."""
        while not self._root.closed:
            path = self._descend()
            node = path[-1]
            if node.ranked is None:
                node.ranked = self._ranking.of(self._space.completed(node.decisions))
            if node.ranked:
                candidate = node.ranked.pop(0)
                self._paths[candidate.point] = path
                return candidate
            self._visit(path, max((parent.best for parent in path[:-1]), default=0.0))  # its texts are its parent's
            self._close(path)
        return None

    def learn(self, candidate: Candidate, gain: float) -> None:
        """What a candidate gained over the default schedule (0: it failed) goes to its sequence and all prefixes."""
        self._visit(self._paths.pop(candidate.point, []), gain)

    def _visit(self, path: list[Node], gain: float) -> None:
        for node in path:
            node.visits += 1
            node.best = max(node.best, gain)

    def _descend(self) -> list[Node]:
        """To a node with settings left: into an unseen child first, else by the bound; a node's own settings compete with its children."""
        path = [self._root]
        while True:
            node = path[-1]
            moves = self._space.moves(node.decisions)
            unseen = [name for name in moves if name not in node.children]
            if node.ranked is None or (node.ranked and self._chance.random() < 1 / (1 + len(moves))):
                return path
            if unseen and not (node.children and self._chance.random() < len(node.children) / (len(moves) + 1)):
                name = self._chance.choice(unseen)
                node.children[name] = Node((*node.decisions, name))
                return [*path, node.children[name]]
            open_children = [child for child in node.children.values() if not child.closed]
            if not open_children:
                return path
            path.append(max(open_children, key=lambda child: self._bound(child, node)))

    def _bound(self, child: Node, parent: Node) -> float:
        if not child.visits:
            return math.inf
        return child.best + EXPLORATION * max(1.0, parent.best) * math.sqrt(math.log(max(2, parent.visits)) / child.visits)

    def _close(self, path: list[Node]) -> None:
        """A node is closed when it has no settings left and all its children are closed; so may be its parents then."""
        for node in reversed(path):
            moves = self._space.moves(node.decisions)
            done = node.ranked == [] and len(node.children) == len(moves)
            if not (done and all(child.closed for child in node.children.values())):
                return
            node.closed = True


class RandomOrder:
    """Passes in random order, parameters at random, no model."""

    def __init__(self, space: Space, ranking: Ranking, chance: random.Random, lower: Lower):
        self._space, self._ranking, self._chance, self._lower = space, ranking, chance, lower
        self._seen: set[str] = set()

    def propose(self) -> Candidate | None:
        """A random point that gives a text not seen before; None where a hundred draws found none."""
        for _ in range(100):
            sequence: tuple[str, ...] = ()
            for _ in range(self._chance.randint(1, len(self._space.default.sequence))):
                moves = [move for move in self._space.moves(sequence) if not move.startswith("-")]
                sequence = (*sequence, self._chance.choice(moves)) if moves else sequence
            points = self._space.points(sequence)
            candidate = self._lower([self._chance.choice(points)])[0] if points else None
            if candidate and candidate.text and candidate.text not in self._seen:
                self._seen.add(candidate.text)
                return candidate
        return None

    def learn(self, candidate: Candidate, gain: float) -> None:
        """Chance learns nothing."""
