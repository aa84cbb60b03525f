#!/usr/bin/env python3
"""docs/local-api.md against the method table of happyd."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from api import BUILD
from tap import equal

SOURCE = os.environ.get("HAPPY_SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))


def document():
    with open(os.path.join(SOURCE, "docs/local-api.md"), encoding="utf-8") as file:
        return file.read()


def table():
    return json.loads(subprocess.run([BUILD + "/happyd", "--print-api"], check=True, capture_output=True).stdout)


def sections():
    parts = re.split(r"^### (\S+)$", document(), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def test_methods():
    """every method has a section, and every section a method, in the same order"""
    equal(list(sections()), [method["name"] for method in table()], "methods")


def test_parameters():
    """every parameter stands in its method's section, marked with ? exactly when it is optional"""
    for method in table():
        text = sections()[method["name"]]
        signature = text.split("→")[0]
        for param in method["params"]:
            marked = re.search(rf'"{param["name"]}"(\??)', signature)
            assert marked, f"{method['name']}: {param['name']} is not documented"
            equal(marked.group(1), "" if param["required"] else "?", f"mark of {method['name']} {param['name']}")
        named = set(re.findall(r'"(\w+)"\??', signature.split("}`")[0]))
        words = {"idle", "exit", "text", "command", "agent"}
        unknown = named - {param["name"] for param in method["params"]} - words
        assert not unknown, f"{method['name']}: {unknown} are documented and not there"


def test_examples():
    """every method's section has an example"""
    for name, text in sections().items():
        assert "```json" in text and f'"method": "{name}"' in text.replace('"method":"', '"method": "'), name


if __name__ == "__main__":
    tap.run(globals())
