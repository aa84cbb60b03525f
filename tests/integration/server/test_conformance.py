#!/usr/bin/env python3
"""The HTTP API answers as the public server does: every row of the rows_*.py beside this, each
family with a fresh server."""
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../lib")]

import tap  # noqa: E402
from conformance import Conversation  # noqa: E402
from happy_server import Server  # noqa: E402


def family(name):
    module = importlib.import_module(name)

    def test():
        with Server() as server:
            conversation = Conversation(server)
            if hasattr(module, "prepare"):
                module.prepare(conversation.kept)
            wrong = [(step["name"], fault) for step in module.ROWS
                     if (fault := conversation.play(step))]
        assert not wrong, "\n".join(f"{step}: {fault}" for step, fault in wrong)
    test.__doc__ = f"{module.__doc__.strip().splitlines()[0]} ({len(module.ROWS)} rows)"
    return test


FAMILIES = sorted(file[:-3] for file in os.listdir(HERE)
                  if file.startswith("rows_") and file.endswith(".py"))
tap.run({f"test_{name}": family(name) for name in FAMILIES})
