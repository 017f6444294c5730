"""Which databases a test needs in the ordinary run; the full run has every test on both."""

import pytest

SQLITE_FIRST = pytest.mark.parametrize(
    "settings", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full)], indirect=True
)
"""For what takes seconds, and asks the databases nothing that quicker tests do not ask of both."""
