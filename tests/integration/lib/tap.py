"""Runs the test_* functions of a module and prints a line for each: "ok - what it shows"."""
import sys
import time
import traceback


class Skip(Exception):
    """The machine lacks what this test needs."""


def wait_until(condition, what, timeout=60.0):
    """Polls until condition() is true and returns its value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {what}")
        time.sleep(0.01)


def equal(found, expected, what="value"):
    assert found == expected, f"{what} is {found!r}, not {expected!r}"


def run(namespace):
    """Runs all test_* functions in order of definition; arguments on the command line choose some. The
    first line of a function's documentation says what it shows."""
    tests = [(name, test) for name, test in namespace.items()
             if name.startswith("test_") and callable(test)]
    chosen = sys.argv[1:]
    failed = skipped = 0
    ran = [(name, test) for name, test in tests if not chosen or any(word in name for word in chosen)]
    for name, test in ran:
        what = (test.__doc__ or name).strip().splitlines()[0]
        start = time.monotonic()
        try:
            test()
            print(f"ok - {what} ({time.monotonic() - start:.2f} s)", flush=True)
        except Skip as reason:
            skipped += 1
            print(f"ok - {what} # SKIP {reason}", flush=True)
        except BaseException as problem:  # also a KeyboardInterrupt must leave a trace
            failed += 1
            print(f"not ok - {name}: {what}", flush=True)
            traceback.print_exc(file=sys.stdout)
            if isinstance(problem, KeyboardInterrupt):
                break
    print(f"{len(ran) - failed} of {len(ran)} passed, {skipped} of them skipped", flush=True)
    sys.exit(1 if failed else 77 if ran and skipped == len(ran) else 0)
