import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import REGIONS, REPLICAS, Platform, eventually

BUILT = Path(__file__).resolve().parents[2] / "target" / "release" / "leeward"


@contextmanager
def running(directory):
    platform = Platform(os.environ.get("LEEWARD_BIN", BUILT), directory)
    try:
        yield platform
    finally:
        platform.down()


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    with running(tmp_path_factory.mktemp("leeward")) as platform:
        yield platform


@contextmanager
def quiet(directory):
    """Yields a platform whose agents and sentinels are paused, so that the test makes the only calls."""
    with running(directory) as platform:
        platform.quiet = True
        silence(platform)
        yield platform


def silence(platform):
    for region in REGIONS:
        platform.fault("pause", region)


@pytest.fixture
def quiet_platform(tmp_path):
    with quiet(tmp_path) as platform:
        yield platform


@pytest.fixture(params=REPLICAS)
def region(request):
    return request.param


@pytest.fixture
def other(region):
    [name] = set(REPLICAS) - {region}
    return name


@pytest.fixture
def fault(platform):
    """Switches faults on. After the test all faults are cleared, and every Region serves again. A quiet platform is
    then silenced again."""
    yield platform.fault
    platform.fault("clear")
    eventually(platform.serves_all_regions)
    if platform.quiet:
        silence(platform)


def pytest_collection_modifyitems(items):
    listed = Path(__file__).with_name("known_deviations.txt").read_text().splitlines()
    known = {line for line in listed if line and not line.startswith("#")}
    for item in items:
        if item.nodeid.removeprefix("tests/boto3/") in known:
            item.add_marker(pytest.mark.xfail(strict=True, reason="known_deviations.txt"))
