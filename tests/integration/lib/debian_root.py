"""Clean Debian systems in directories: made by debootstrap, kept as tar files, run by systemd-nspawn."""
import contextlib
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

CACHE = os.environ.get("HAPPY_TEST_CACHE", "/var/tmp/happy-test-cache")
CACHE_DAYS = 30
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Unavailable(Exception):
    """This machine cannot do it; the message says why."""


def os_release(root="/"):
    values = {}
    with open(os.path.join(root, "etc/os-release"), encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition("=")
            values[key] = value.strip('"')
    return values


def host_suite():
    release = os_release()
    if release.get("ID") != "debian" or "VERSION_CODENAME" not in release:
        raise Unavailable("this machine is not a Debian")
    return release["VERSION_CODENAME"]


def require(*programs):
    if os.geteuid() != 0:
        raise Unavailable("this test needs root")
    for program in programs:
        if not shutil.which(program):
            raise Unavailable("there is no " + program)


def deb822_mirror(path, suite):
    """The archive of `suite` in one .sources file."""
    fields = {}
    with open(path, encoding="utf-8") as file:
        for line in list(file) + ["\n"]:
            if line.startswith("#"):
                continue
            key, colon, value = line.partition(":")
            if colon and not line[0].isspace():
                fields[key.lower()] = value.split()
            elif not line.strip():
                if suite in fields.get("suites", []) and fields.get("uris"):
                    return fields["uris"][0]
                fields = {}
    return None


def one_line_mirror(path, suite):
    """The archive of `suite` in one .list file."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words[:1] != ["deb"]:
                continue
            words = [word for word in words[1:] if "=" not in word and word not in ("[", "]")]
            if words[1:2] == [suite]:
                return words[0]
    return None


def mirror():
    """Where this machine's own Debian packages come from."""
    suite = host_suite()
    for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
        if found := deb822_mirror(path, suite):
            return found
    for path in ["/etc/apt/sources.list"] + sorted(glob.glob("/etc/apt/sources.list.d/*.list")):
        if os.path.exists(path) and (found := one_line_mirror(path, suite)):
            return found
    raise Unavailable("apt has no source for " + suite)


def debootstrap(suite, packages, directory):
    arguments = ["debootstrap", "--variant=minbase"]
    if os.path.exists(KEYRING):
        arguments.append("--keyring=" + KEYRING)
    if packages:
        arguments.append("--include=" + ",".join(packages))
    done = subprocess.run(arguments + [suite, directory, mirror()], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable("debootstrap failed:\n" + done.stdout[-2000:])


def cached(suite, packages):
    """The tar file of a system with `packages`; made when there is none, or an old one."""
    digest = hashlib.sha256(",".join(sorted(packages)).encode()).hexdigest()[:12]
    path = os.path.join(CACHE, f"{suite}-{digest}.tar")
    if os.path.exists(path) and time.time() - os.path.getmtime(path) < CACHE_DAYS * 86400:
        return path
    os.makedirs(CACHE, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="making-") as making:
        root = os.path.join(making, "root")
        debootstrap(suite, packages, root)
        tar = os.path.join(making, "root.tar")
        subprocess.run(["tar", "-C", root, "--numeric-owner", "-cf", tar, "."], check=True)
        os.rename(tar, path)
    return path


@contextlib.contextmanager
def system(suite, packages):
    """A fresh system's root directory, removed in the end."""
    tar = cached(suite, packages)
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="happy-root-") as directory:
        root = os.path.join(directory, "root")
        os.mkdir(root, 0o755)
        subprocess.run(["tar", "-C", root, "--numeric-owner", "-xpf", tar], check=True)
        yield root


class ControlGroup:
    """A control group (v2) of our own, so that a container does not meet another one's."""

    def __init__(self):
        self.path = None
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            mounts = [line.split() for line in file]
        mounts = [words[4] for words in mounts if words[words.index("-") + 1] == "cgroup2"]
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            own = [line.strip()[3:] for line in file if line.startswith("0::")]
        if mounts and own:
            path = os.path.join(mounts[0], own[0].lstrip("/"), f"happy-test-{os.getpid()}")
            with contextlib.suppress(OSError):
                os.mkdir(path)
                self.path = path

    def enter(self):
        if self.path:
            with open(os.path.join(self.path, "cgroup.procs"), "w", encoding="ascii") as file:
                file.write("0")

    def remove(self):
        if not self.path:
            return
        for directory, _, _ in os.walk(self.path, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(directory)


def run_contained(root, arguments, options=(), timeout=600, output=subprocess.PIPE):
    """Runs systemd-nspawn on `root`; all its processes are gone afterwards. Returns the exit status
    (124 when time ran out) and the output."""
    command = ["systemd-nspawn", "-q", "--register=no", "--keep-unit", "-D", root, *options,
               *arguments]
    group = ControlGroup()
    container = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        preexec_fn=group.enter, env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
    try:
        text, _ = container.communicate(timeout=timeout)
        status = container.returncode
    except subprocess.TimeoutExpired:
        # nspawn takes its container along.
        container.terminate()
        try:
            text, _ = container.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            container.kill()
            text, _ = container.communicate()
        status = 124
    finally:
        group.remove()
    lines = (text or b"").decode("utf-8", "replace").replace("\r", "").splitlines(True)
    # What nspawn 252 says of its own mount point at the end is of no interest.
    return status, "".join(line for line in lines if "/run/systemd/nspawn/propagate" not in line)


def main(test):
    """Runs `test`, which returns the number of failures, as a test of automake's."""
    try:
        sys.exit(1 if test() else 0)
    except Unavailable as reason:
        print("1..0 # SKIP", reason)
        sys.exit(77)
