from __future__ import annotations

import pytest
from simulated import Simulated


@pytest.fixture
def simulate(tmp_path):
    """Builds a text; several builds of one test lie in folders of their own."""
    built = []

    def build(text: str, **options) -> Simulated:
        built.append(Simulated(tmp_path / str(len(built)), text, **options))
        return built[-1]

    yield build
    for machine in built:
        machine.close()
