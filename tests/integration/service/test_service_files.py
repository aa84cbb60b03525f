#!/usr/bin/env python3
"""The service files are valid once their placeholders are replaced."""
import os
import plistlib
import shutil
import stat
import subprocess
import sys
import tempfile

SOURCE = os.environ["HAPPY_SOURCE_DIR"]
failed = False


def check(condition, what, detail=""):
    global failed
    print(("ok - " if condition else "not ok - ") + what)
    if not condition:
        failed = True
        print(detail)


def template(name):
    with open(os.path.join(SOURCE, "contrib", name), encoding="utf-8") as file:
        return file.read()


def replaced(text, bindir, home):
    return text.replace("@bindir@", bindir).replace("@home@", home)


def write_units(directory, bindir, change=lambda text: text):
    for unit in ("happyd.service", "happyd.socket"):
        with open(os.path.join(directory, unit), "w", encoding="utf-8") as file:
            file.write(change(replaced(template("systemd/user/" + unit), bindir, directory)))


def verify(directory):
    """systemd-analyze's complaints about the two units; None when it has none."""
    runtime = os.path.join(directory, "run")
    os.makedirs(runtime, mode=0o700, exist_ok=True)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no",
         os.path.join(directory, "happyd.service"), os.path.join(directory, "happyd.socket")],
        env={**os.environ, "XDG_RUNTIME_DIR": runtime},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # Other units of this machine may be complained about as well.
    ours = [line for line in done.stdout.splitlines() if "happyd" in line]
    return "\n".join(ours) if ours else None


def test_units(directory):
    if not shutil.which("systemd-analyze"):
        print("ok - units # SKIP there is no systemd-analyze")
        return
    program = os.path.join(directory, "happyd")
    with open(program, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n")
    os.chmod(program, stat.S_IRWXU)
    write_units(directory, directory)
    complaint = verify(directory)
    check(complaint is None, "systemd-analyze accepts the units", complaint)
    write_units(directory, directory, lambda text: text.replace("Type=notify", "Type=nothing"))
    check(verify(directory) is not None, "and it would have seen a mistake")


def test_plist(directory):
    text = replaced(template("launchd/happyd.plist"), "/opt/bin", "/Users/dev/.happy")
    job = plistlib.loads(text.encode())
    check(job["ProgramArguments"] == ["/opt/bin/happyd"], "the job starts happyd", job)
    check(job["AbandonProcessGroup"] is True, "agents survive the job", job)
    check(job["KeepAlive"] == {"SuccessfulExit": False} and job["RunAtLoad"] is True,
          "the job starts at log-in and after a crash", job)
    check(os.path.isabs(job["StandardErrorPath"]) and "@" not in text, "no placeholder is left", text)


def main():
    directory = tempfile.mkdtemp(prefix="happy-service-")
    try:
        test_units(directory)
        test_plist(directory)
    finally:
        shutil.rmtree(directory)
    return 1 if failed else 0


sys.exit(main())
