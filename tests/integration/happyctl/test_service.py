#!/usr/bin/env python3
"""happyctl daemon install and uninstall, with a systemctl that writes down what it is told. On a real
systemd this is tested in tests/integration/systemd."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from driver import BUILD, SOURCE, Place, main  # noqa: E402

# Does what matters here: links of enabled units, and starting happyd.
SYSTEMCTL = """#!/bin/sh
echo "$*" >>"$HOME/systemctl.log"
wants="$HOME/.config/systemd/user/default.target.wants"
case "$2" in
enable) mkdir -p "$wants"; ln -sf ../happyd.service "$wants/happyd.service";;
disable) rm -f "$wants/happyd.service"; [ "$3" = --now ] && %(build)s/happyctl/happyctl daemon stop -q;;
start) if [ -e "$HOME/broken" ]; then echo "Job for happyd.service failed." >&2; exit 1; fi
    %(build)s/happyd --fork;;
esac
exit 0
"""


class Desktop(Place):
    """A place where the user's systemd runs."""

    def __init__(self):
        super().__init__(HAPPY_DATA_DIR=SOURCE + "/contrib")
        del self.environment["HAPPY_HOME_DIR"]
        self.home = self.directory + "/.happy"
        self.runtime = self.directory + "/run"
        os.makedirs(self.runtime + "/systemd/private")
        os.chmod(self.runtime, 0o700)
        self.environment["XDG_RUNTIME_DIR"] = self.runtime
        self.units = self.directory + "/.config/systemd/user/"
        self.script("systemctl", SYSTEMCTL % {"build": BUILD})
        self.script("journalctl", "#!/bin/sh\necho journalctl \"$@\"\n")

    def told(self):
        with open(self.directory + "/systemctl.log") as file:
            lines = file.read().splitlines()
        os.unlink(self.directory + "/systemctl.log")
        return lines


def test_install():
    """install writes the units with the program's place, enables and starts them; uninstall undoes it"""
    with Desktop() as place:
        place.ok("start", "-d", "-n", "goes-on", "--", "cat")
        assert not os.path.exists(place.directory + "/systemctl.log"), "not installed: happyctl starts it"
        said = place.ok("daemon", "install")
        assert "wrote %shappyd.service" % place.units in said and "happyd is running" in said, said
        assert "loginctl enable-linger" in said or os.path.exists("/var/lib/systemd/linger/root"), said
        with open(place.units + "happyd.service") as file:
            unit = file.read()
        assert "ExecStart=%s/happyd\n" % BUILD in unit and "@" not in unit.split("[Service]")[1], unit
        assert os.path.exists(place.units + "happyd.socket")
        told = place.told()
        assert told[0] == "--user daemon-reload" and told[-1] == "--user start happyd.service", told
        assert "--user enable happyd.socket happyd.service" in told, told
        assert place.session("goes-on")["state"] == "running"
        place.ok("daemon", "install", "-q")
        place.told()
        place.ok("daemon", "stop", "-q")
        assert place.session("goes-on")["state"] == "running"
        assert place.told() == ["--user start happyd.service"], "systemd starts it"
        assert place.ok("daemon", "logs", "-n", "5") == "journalctl --user -u happyd -n 5 --no-pager\n"
        checks = {check["check"]: check for check in place.json("doctor", "--json")}
        assert "starts when you log in" in checks["service"]["message"], checks
        said = place.ok("daemon", "uninstall")
        assert "removed " in said, said
        assert not os.path.exists(place.units + "happyd.service")
        assert "--user disable --now happyd.socket happyd.service" in place.told()
        assert "was not installed" in place.ok("daemon", "uninstall")
        assert place.session("goes-on")["state"] == "running"


def test_failure():
    """when systemd cannot start it, that is told with where the log is"""
    with Desktop() as place:
        place.ok("daemon", "install", "-q")
        place.ok("daemon", "stop", "-q")
        with open(place.directory + "/broken", "w"):
            pass
        done = place.run("list")
        assert done.returncode == 4 and "Job for happyd.service failed." in done.stderr, done
        assert "journalctl --user -u happyd" in done.stderr, done
        os.unlink(place.directory + "/broken")
        place.ok("daemon", "uninstall", "-q")


def test_where_it_cannot_be():
    """without a user manager, for another home, or without templates, install says what to do instead"""
    with Place() as place:
        done = place.run("daemon", "install")
        assert done.returncode == 1 and "HAPPY_HOME_DIR" in done.stderr, done
    with Desktop() as place:
        os.rmdir(place.runtime + "/systemd/private")
        done = place.run("daemon", "install")
        assert done.returncode == 1 and "happyctl daemon start" in done.stderr, done
    with Desktop() as place:
        done = place.run("daemon", "install", environment={"HAPPY_DATA_DIR": "/nonexistent"})
        assert done.returncode == 1 and "/nonexistent/systemd/user/happyd.service" in done.stderr, done
        assert not os.path.exists(place.units + "happyd.service")


main(globals())
