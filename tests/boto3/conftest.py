import os
from pathlib import Path

import pytest
from support import REPLICAS, Platform, eventually

BUILT = Path(__file__).resolve().parents[2] / "target" / "release" / "leeward"


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    program = os.environ.get("LEEWARD_BIN", BUILT)
    running = Platform(program, tmp_path_factory.mktemp("leeward"))
    yield running
    running.down()


@pytest.fixture(params=REPLICAS)
def region(request):
    return request.param


@pytest.fixture
def other(region):
    [name] = set(REPLICAS) - {region}
    return name


@pytest.fixture
def fault(platform):
    """Switches faults on; afterwards there is none, and every Region serves again."""
    yield platform.fault
    platform.fault("clear")
    eventually(platform.serves)
