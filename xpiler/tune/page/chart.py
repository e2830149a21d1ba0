"""Charts as SVG: points and lines in a frame with axes, linear or logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 460, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 12, 42
Point = tuple[float, float]


@dataclass
class Axis:
    """From `low` to `high`; ticks at round numbers."""

    label: str
    low: float
    high: float
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies between the ends, from 0 to 1."""
        low, high, at = (math.log10(v) if self.logarithmic else v for v in (self.low, self.high, value))
        return (at - low) / ((high - low) or 1)

    def ticks(self) -> list[float]:
        """Powers of ten (not too many), or multiples of a round step."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [10.0**power for power in range(first, last + 1, max(1, (last - first) // 5))]
        span = (self.high - self.low) or 1
        step = 10 ** math.floor(math.log10(span / 2))
        step *= next(factor for factor in (1, 2, 5, 10, 20) if span / (step * factor) <= 6)
        return [k * step for k in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)]


@dataclass
class Chart:
    """A frame with two axes, and what is drawn in it."""

    title: str
    x: Axis
    y: Axis
    marks: list[str] = field(default_factory=list)

    def line(self, points: Sequence[Point], style: str) -> None:
        """A line through points; styles are classes of the page's style sheet."""
        path = " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)
        self.marks.append(f'<polyline class="{style}" points="{path}"/>')

    def dot(self, point: Point, style: str, title: str) -> None:
        """A point that says what it is where the mouse rests on it."""
        x, y = point
        self.marks.append(
            f'<circle class="{style}" cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="4"><title>{escape(title)}</title></circle>'
        )

    def note(self, point: Point, text: str, anchor: str = "start") -> None:
        """A word beside a point."""
        x, y = point
        self.marks.append(
            f'<text class="note" text-anchor="{anchor}" x="{self._x(x) + 6:.1f}" y="{self._y(y) - 6:.1f}">{escape(text)}</text>'
        )

    def svg(self) -> str:
        """The whole chart."""
        frame = f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"/>'
        middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
        label, across = '<text class="label" text-anchor="middle"', LEFT + (WIDTH - LEFT - RIGHT) / 2
        labels = (
            f'{label} x="{across}" y="{HEIGHT - 6}">{escape(self.x.label)}</text>'
            f'{label} transform="rotate(-90 14 {middle})" x="14" y="{middle}">{escape(self.y.label)}</text>'
        )
        inside = frame + self._ticks() + labels + "".join(self.marks)
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">{inside}</svg>'

    def _ticks(self) -> str:
        across = "".join(
            f'<line class="grid" x1="{self._x(t):.1f}" x2="{self._x(t):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
            f'<text class="tick" text-anchor="middle" x="{self._x(t):.1f}" y="{HEIGHT - BOTTOM + 14}">{number(t)}</text>'
            for t in self.x.ticks()
        )
        up = "".join(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{self._y(t):.1f}" y2="{self._y(t):.1f}"/>'
            f'<text class="tick" text-anchor="end" x="{LEFT - 5}" y="{self._y(t) + 4:.1f}">{number(t)}</text>'
            for t in self.y.ticks()
        )
        return across + up

    def _x(self, value: float) -> float:
        return LEFT + self.x.share(value) * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - self.y.share(value) * (HEIGHT - TOP - BOTTOM)


def number(value: float) -> str:
    """A number in few letters: 1.5, 20, 3k, 67T."""
    for letter, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
