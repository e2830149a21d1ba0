"""The bindings' slow parts and what takes their place give the same cursors."""

from __future__ import annotations

import pytest
from clang import cindex
from clang.cindex import Cursor, CursorKind

from xpiler.frontend import cursor_walks

TEXT = "struct P { int x, y; };\nint f(int *a, int n) { for (int i = 0; i < n; ++i) { if (a[i] > 2) a[i] += P{i, n}.x; } return a[0]; }\n"


@pytest.fixture
def top() -> Cursor:
    cursor_walks.quicken()
    return cindex.Index.create().parse("f.cpp", unsaved_files=[("f.cpp", TEXT)]).cursor


def by_levels(cursor: Cursor) -> list[Cursor]:
    """A walk as the bindings make it."""
    return [cursor, *(node for child in cursor_walks._asked(cursor) for node in by_levels(child))]


def test_a_walk_has_each_cursor_in_its_order(top: Cursor) -> None:
    walked = list(top.walk_preorder())
    assert walked == by_levels(top)
    assert [node.kind for node in walked] == [CursorKind.from_id(node._kind_id) for node in walked]
    assert len(walked) > 30


def test_children_are_asked_for_once(top: Cursor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(cursor_walks, "_asked", lambda cursor, inner=cursor_walks._asked: asked.append(cursor) or inner(cursor))
    assert list(top.walk_preorder()) == list(top.walk_preorder())
    assert len(asked) == len(list(top.walk_preorder()))


def test_a_walk_may_be_left(top: Cursor) -> None:
    assert next(node for node in top.walk_preorder() if node.kind == CursorKind.FOR_STMT).location.line == 2
