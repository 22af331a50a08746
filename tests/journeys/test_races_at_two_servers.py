"""Every race once more, every other client at the second of two servers on one database (design.md 5, docs/adr/0045)."""

import pytest

import test_races
import test_races_of_faces
import test_races_of_pages

for module in (test_races, test_races_of_faces, test_races_of_pages):
    for name, value in vars(module).items():
        if name.startswith("test_") and callable(value):
            assert name not in globals(), f"two races are called {name}"
            globals()[name] = value


@pytest.fixture
def merchant(several):
    """One whose calls go to the servers in turn."""
    return several.merchant_add()
