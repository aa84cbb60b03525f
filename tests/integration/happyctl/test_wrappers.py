#!/usr/bin/env python3
"""happy-claude and its like: the agent's own program with pipes, a session between terminals."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from driver import HAPPYCTL, Place, main, wait_for  # noqa: E402

FAKE = """#!/bin/sh
# Says what it was given, and answers what comes in.
printf 'program %s args' "$(basename "$0")"; printf ' [%s]' "$@"; echo
[ -t 0 ] && echo "in: terminal" || echo "in: pipe"
[ -t 1 ] && echo "out: terminal" || echo "out: pipe"
if [ -t 0 ]; then read line; else cat; fi
exit 9
"""


class Wrapped(Place):
    """A place with links to happyctl, and programs that pretend to be agents, on PATH."""

    def __init__(self, **variables):
        super().__init__(**variables)
        self.links = self.directory + "/links"
        os.mkdir(self.links)
        for name in ("claude", "codex", "gemini"):
            os.symlink(HAPPYCTL, self.links + "/happy-" + name)
            self.script(name, FAKE)
        # As the alias of a careless person would have it: the link goes by the agent's own name.
        os.symlink(HAPPYCTL, self.links + "/claude")
        self.environment["PATH"] = self.links + ":" + self.environment["PATH"]

    def wrapped(self, name, *words, **options):
        return self.run(*words, program=self.links + "/" + name, **options)

    def daemon_runs(self):
        return self.run("status").returncode == 0


def test_pipes():
    """with pipes it is the agent's own program: arguments, input, output, status, and no daemon"""
    with Wrapped() as place:
        for name in ("claude", "codex", "gemini"):
            done = place.wrapped("happy-" + name, "-p", "two words", "", "--", "-x", stdin="hi\n")
            assert done.returncode == 9, done
            assert done.stdout == ("program %s args [-p] [two words] [] [--] [-x]\nin: pipe\nout: pipe\nhi\n"
                                   % name), done.stdout
            assert done.stderr == "", done
        assert not place.daemon_runs() and not os.path.exists(place.home)


def test_signal():
    """the agent's end by a signal is the wrapper's"""
    with Wrapped() as place:
        place.script("claude", "#!/bin/sh\nkill -TERM $$\n")
        assert place.wrapped("happy-claude", "-p").returncode == -15


def test_direct_on_a_terminal():
    """what needs no session runs directly on the terminal, too"""
    with Wrapped() as place:
        for words in (("--version",), ("-p", "x"), ("mcp", "list"), ("--model", "m", "--print")):
            terminal = place.terminal(*words, program=place.links + "/happy-claude")
            terminal.expect(r"args \[%s" % words[0])
            terminal.expect("in: terminal")
            terminal.type("\r")
            assert terminal.wait() == 9, terminal.output
        assert not place.daemon_runs()


def test_half_a_terminal():
    """with only one end on a terminal it is no session"""
    with Wrapped() as place:
        terminal = place.terminal("-c", "echo text | happy-claude ask", program="/bin/sh")
        terminal.expect("in: pipe\r\nout: terminal\r\ntext")
        terminal.wait()
        assert not place.daemon_runs()


def test_session():
    """between terminals it is a session, with the arguments and the status"""
    with Wrapped() as place:
        terminal = place.terminal("--resume", "two words", program=place.links + "/happy-codex",
                                  columns=200)
        terminal.expect(r"happyctl: codex-1 \([a-z0-9]{8}\), Ctrl-\\ d detaches")
        terminal.expect("program codex args")
        terminal.expect(r"\[two words\]")
        session = place.session("codex-1")
        assert session["agent"] == "codex" and session["state"] == "running", session
        assert session["command"][0] == place.bin + "/codex", session["command"]
        terminal.type("\r")
        assert terminal.wait() == 9, terminal.output
        assert terminal.settings() == terminal.before
        terminal = place.terminal("hello", program=place.links + "/happy-gemini")
        terminal.expect("program gemini")
        terminal.type(b"\x1cd")
        assert terminal.wait() == 0


def test_without_a_daemon():
    """when happyd cannot be started, the agent is run all the same"""
    with Wrapped() as place:
        os.mkdir(place.home, 0o700)
        with open(place.home + "/happyd.json", "w") as file:
            file.write("{")
        terminal = place.terminal("ask", program=place.links + "/happy-claude")
        terminal.expect("happyctl: running claude without happyd")
        terminal.expect(r"program claude args \[ask\]")
        terminal.type("\r")
        assert terminal.wait() == 9


def test_missing_program():
    """a missing program is told with what installs it, and status 127"""
    with Place(PATH="/usr/bin:/bin") as place:
        os.symlink(HAPPYCTL, place.bin + "/happy-claude")
        done = place.run("-p", program=place.bin + "/happy-claude", environment={"PATH": place.bin})
        assert done.returncode == 127 and "claude" in done.stderr and "fix: " in done.stderr, done
        assert "npm" in done.stderr, done


def test_not_executable():
    """a program that cannot be executed is told, with status 126"""
    with Wrapped() as place:
        place.script("claude", "\x7fELFgarbage")
        done = place.wrapped("happy-claude", "-p")
        assert done.returncode == 126 and "cannot run" in done.stderr, done


main(globals())
