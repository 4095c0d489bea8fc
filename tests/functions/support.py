"""What both suites of the functions do."""

import time


def check(holds, said=None):
    assert holds, said


def eventually(check, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
