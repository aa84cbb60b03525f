#!/usr/bin/env python3
"""happyd under a real systemd, booted in a container."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import booted_system  # noqa: E402
from booted_system import debian_root  # noqa: E402


def test():
    with booted_system.system() as root:
        booted_system.prepare(root, "/happy-test/output")
        _, log = debian_root.run_contained(
            root, [], options=["-b", "--private-network", "--console=read-only"], timeout=300)
        with open(os.path.join(root, "happy-test/output"), encoding="utf-8") as file:
            return booted_system.report(file.read(), log)


debian_root.main(test)
