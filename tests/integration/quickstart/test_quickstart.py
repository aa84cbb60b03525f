#!/usr/bin/env python3
"""contrib/quickstart on clean Debians: the oldest supported one as an ordinary user with sudo, the
newest one as root."""
import os
import shutil
import subprocess
import sys

SOURCE = os.environ["HAPPY_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests/integration/lib"))
import debian_root  # noqa: E402

CASES = [("bookworm", "dev"), ("trixie", "root")]


def source_files():
    """What a fresh clone would hold."""
    listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], stdout=subprocess.PIPE, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode().split("\0") if name]
    found = []
    for directory, names, files in os.walk(SOURCE):
        names[:] = [name for name in names if not name.startswith("build-") and name != ".git"]
        found += [os.path.relpath(os.path.join(directory, name), SOURCE) for name in files]
    return found


def copy_sources(root):
    target = os.path.join(root, "usr/src/happyd")
    for name in source_files():
        path = os.path.join(SOURCE, name)
        if os.path.exists(path):
            os.makedirs(os.path.dirname(os.path.join(target, name)), exist_ok=True)
            shutil.copy2(path, os.path.join(target, name))


def run_case(suite, user):
    packages = os.path.join(debian_root.CACHE, "packages-" + suite)
    os.makedirs(os.path.join(packages, "partial"), exist_ok=True)
    with debian_root.system(suite, ["sudo"]) as root:
        copy_sources(root)
        shutil.copy(os.path.join(SOURCE, "tests/integration/quickstart/clean_system.sh"),
                    os.path.join(root, "root/clean_system.sh"))
        status, output = debian_root.run_contained(
            root, ["sh", "/root/clean_system.sh", user],
            options=["--pipe", "--bind=" + packages + ":/var/cache/apt/archives"], timeout=900)
    for line in output.splitlines():
        print(f"{suite}: {line}")
    if status == 124:
        print(f"not ok - {suite}: it did not end in time")
    return status != 0


def test():
    debian_root.require("debootstrap", "systemd-nspawn")
    if os.environ.get("HAPPY_QUICKSTART_SUITE"):
        cases = [case for case in CASES if case[0] == os.environ["HAPPY_QUICKSTART_SUITE"]]
    else:
        cases = CASES
    return sum([run_case(*case) for case in cases])


debian_root.main(test)
