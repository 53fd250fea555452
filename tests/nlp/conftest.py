"""One pipeline for all tests of this folder."""

from typing import Any

import pytest

from slopscan.nlp.load import load_pipeline


@pytest.fixture(scope="session")
def nlp() -> Any:
    """Shipped pipeline."""
    return load_pipeline()
