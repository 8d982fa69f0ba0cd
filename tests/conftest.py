from pathlib import Path

import pytest
from hypothesis import settings

from analysis.debate import Debate, load_debate

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests/small"
SHIPPED = ROOT / "data/soviet-dictatorship"

settings.register_profile("untimed", settings.default, deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def small() -> Debate:
    return load_debate(SMALL)


@pytest.fixture(scope="session")
def shipped() -> Debate:
    return load_debate(SHIPPED)
