#!/usr/bin/env python3
"""happyd under a real systemd, booted in an emulated machine: it has the memory controller, which a
container lacks where the host keeps it for itself."""
import glob
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import booted_system  # noqa: E402
from booted_system import debian_root  # noqa: E402

SECONDS = 900


def kernel():
    """Debian's kernel image for virtual machines, taken out of its package."""
    path = os.path.join(debian_root.CACHE, "vmlinuz-" + debian_root.host_suite())
    if os.path.exists(path) and \
            time.time() - os.path.getmtime(path) < debian_root.CACHE_DAYS * 86400:
        return path
    listed = subprocess.run(["apt-cache", "depends", "linux-image-cloud-amd64"],
                            stdout=subprocess.PIPE, text=True, check=False).stdout
    package = re.search(r"Depends: (linux-image-\S+)", listed)
    directory = path + ".making"
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    if not package or subprocess.run(["apt-get", "-q", "download", package[1]], cwd=directory,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     check=False).returncode != 0:
        raise debian_root.Unavailable("apt has no linux-image-cloud-amd64; apt-get update helps")
    subprocess.run("dpkg-deb --fsys-tarfile *.deb | tar -xf - --wildcards './boot/vmlinuz-*'",
                   shell=True, cwd=directory, check=True)
    os.rename(glob.glob(os.path.join(directory, "boot/vmlinuz-*"))[0], path)
    shutil.rmtree(directory)
    return path


def shrink(root):
    """The machine has its whole system in memory."""
    for path in ("usr/share/doc", "usr/share/locale", "usr/share/man", "var/lib/apt/lists",
                 "var/cache/apt", "var/log", "usr/share/zoneinfo", "usr/lib/udev/hwdb.d"):
        shutil.rmtree(os.path.join(root, path), ignore_errors=True)
    booted_system.write(root, "etc/fstab", "")
    os.symlink("sbin/init", os.path.join(root, "init"))


def boot(kernel_image, initrd, console, output):
    subprocess.run(
        ["timeout", "-k", "5", str(SECONDS), "qemu-system-x86_64", "-accel", "tcg,thread=multi",
         "-cpu", "max", "-smp", "2", "-m", "2G", "-display", "none", "-no-reboot", "-nic", "none",
         "-kernel", kernel_image, "-initrd", initrd,
         "-append", "console=ttyS0 panic=-1 quiet systemd.show_status=0 rdinit=/init",
         "-serial", "file:" + console, "-serial", "file:" + output],
        stdin=subprocess.DEVNULL, check=False)


def test():
    debian_root.require("qemu-system-x86_64", "cpio", "dpkg-deb")
    kernel_image = kernel()
    with booted_system.system() as root:
        booted_system.prepare(root, "/dev/ttyS1")
        shrink(root)
        initrd, console, output = (os.path.join(os.path.dirname(root), name)
                                   for name in ("initrd", "console", "output"))
        subprocess.run("find . -xdev -print0 | cpio -0 -o -H newc --quiet >../initrd",
                       shell=True, cwd=root, check=True)
        boot(kernel_image, initrd, console, output)
        texts = []
        for path in (output, console):
            with open(path, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return booted_system.report(*texts)


debian_root.main(test)
