"""Helpers that the suites of the functions share."""

import time


def check(holds, message=None):
    assert holds, message


def eventually(check, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
