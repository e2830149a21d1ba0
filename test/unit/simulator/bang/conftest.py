from __future__ import annotations

import pytest
from bang_program import compile_program


@pytest.fixture
def program(tmp_path):
    """`program(text, **options)` builds a file and loads it; several of one test lie in folders of their own."""
    built = []

    def build(text: str, **options):
        folder = tmp_path / str(len(built))
        folder.mkdir()
        built.append(compile_program(folder, text, **options))
        return built[-1]

    return build
