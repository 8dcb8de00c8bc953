"""Some of the damaged files and odd messages of `python -m tests.fuzz`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz import PROPERTIES


@pytest.mark.parametrize("name", PROPERTIES)
def test_some(name: str) -> None:
    strategy, holds = PROPERTIES[name]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def attempt(value: Any) -> None:
        holds(value)

    with ThreadPoolExecutor(1) as thread:  # Playwright's event loop may have the main one
        thread.submit(attempt).result()
