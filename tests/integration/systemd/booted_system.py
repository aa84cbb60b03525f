"""A Debian like this machine's, with our programs, that runs inside.py once it has booted."""
import glob
import os
import re
import shutil
import subprocess
import sys

SOURCE = os.environ["HAPPY_SOURCE_DIR"]
BUILD = os.environ["HAPPY_BUILD_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests/integration/lib"))
import debian_root  # noqa: E402

PACKAGES = ["systemd", "systemd-sysv", "dbus", "dbus-user-session", "libpam-systemd", "python3",
            "procps"]
UNIT = """[Unit]
After=multi-user.target
SuccessAction=poweroff
FailureAction=poweroff

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 /happy-test/inside.py
StandardOutput=file:@output@
StandardError=inherit

[Install]
WantedBy=multi-user.target
"""


def libraries(root):
    """What our programs link, from this machine, whose Debian is the same."""
    found = set()
    for program in ("bin/happyd", "bin/happyctl", "libexec/happyd/happy-holder"):
        listed = subprocess.run(["ldd", os.path.join(root, "usr/local", program)],
                                stdout=subprocess.PIPE, text=True, check=True).stdout
        found.update(re.findall(r"=> (/\S+)", listed))
    return sorted(found)


def install(root):
    subprocess.run(["make", "-s", "-C", BUILD, "install", "DESTDIR=" + root], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    for library in libraries(root):
        name = os.path.basename(library)
        if not glob.glob(os.path.join(root, "lib/*", name)):
            shutil.copy(library, os.path.join(root, "usr/local/lib", name))
    subprocess.run(["chroot", root, "ldconfig"], check=True)


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def prepare(root, output):
    """Our programs, and a unit that runs inside.py when the system is up and then powers off."""
    install(root)
    # A log-out is to end whatever belongs to the login session.
    write(root, "etc/systemd/logind.conf.d/test.conf", "[Login]\nKillUserProcesses=yes\n")
    write(root, "etc/systemd/system/happy-test.service", UNIT.replace("@output@", output))
    write(root, "happy-test/output", "")
    shutil.copy(os.path.join(SOURCE, "tests/integration/systemd/inside.py"),
                os.path.join(root, "happy-test/inside.py"))
    subprocess.run(["systemctl", "-q", "--root=" + root, "enable", "happy-test.service"], check=True)
    # Terminals that nobody looks at; waiting for their devices takes a minute and a half.
    subprocess.run(["systemctl", "-q", "--root=" + root, "mask", "serial-getty@ttyS0.service",
                    "getty@tty1.service", "console-getty.service"], check=True)


def system():
    """The root directory of a fresh system, as a context."""
    debian_root.require("debootstrap", "systemd-nspawn")
    return debian_root.system(debian_root.host_suite(), PACKAGES)


def report(output, log):
    """Prints what inside.py said; True when it failed."""
    text = output.replace("\r", "")
    print(text)
    if "result: 0 failures" in text:
        return False
    if "result: " not in text:
        print("not ok - the test inside did not end\n" + log[-4000:])
    return True
