"""Installations as ``bin/run`` starts them, without a browser."""

from pathlib import Path

import pytest

from tests.installation import Installation


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation before anybody has come."""
    var = tmp_path_factory.mktemp("prepared") / "var"
    Installation(var).setup()
    return var
