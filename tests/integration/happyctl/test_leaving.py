#!/usr/bin/env python3
"""The terminal is given back in every way of leaving an attached session."""
import os
import re
import select
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from driver import STATUS, Place, ScriptedDaemon, main, session_object, wait_for  # noqa: E402
import frames  # noqa: E402

# What an agent may have switched on, and what must come to switch it off again.
MODES = ("\x1b[?1049h\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1006h\x1b[?1015h\x1b[?1016h\x1b[?1004h"
         "\x1b[?2004h\x1b[?2026h\x1b[?1h\x1b[?66h\x1b=\x1b[>1u\x1b[>4;2m\x1b[?25l\x1b[3 q\x1b[1;31m"
         "\x1b]8;;http://x/\x1b\\\x1b(0\x1b[2;5r\x1b[?6h\x1b[?7l")
UNDONE = ("\x1b[?1049l", "\x1b[?1000l", "\x1b[?1002l", "\x1b[?1003l", "\x1b[?1006l", "\x1b[?1015l",
          "\x1b[?1016l", "\x1b[?1004l", "\x1b[?2004l", "\x1b[?2026l", "\x1b[?1l", "\x1b[?66l", "\x1b>",
          "\x1b[<1u", "\x1b[>4m", "\x1b[?25h", "\x1b[0 q", "\x1b[m", "\x1b]8;;\x1b\\", "\x1b(B",
          "\x1b[r", "\x1b[?6l", "\x1b[?7h", "\x1b[23;0t")


class Attached:
    """happyctl attach on a real terminal and a real holder; happyd itself has no part in this."""

    def __init__(self, script="$SHOW; exec cat", words=(), **options):
        self.place = Place()
        self.holder = frames.Holder()
        # The word is drawn in letters, not in the line drawing characters that are then switched on.
        script = script.replace("$SHOW", "printf '%s\\033(Bshown\\r\\n\\033(0' \"$MODES\"")
        self.holder.shell(script, environment={"PATH": os.environ["PATH"], "MODES": MODES})
        session = session_object(holderSocket=self.holder.socket_path)
        answers = {"session.get": lambda _: session, "daemon.status": dict(STATUS)}
        self.session = session
        self.daemon = ScriptedDaemon(self.place, answers)
        self.terminal = self.place.terminal("attach", *words, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.place.close()
        self.daemon.close()
        self.holder.close()

    def shown(self):
        self.terminal.expect("shown")
        self.terminal.wait_raw()

    def check_given_back(self, sentence, status):
        terminal = self.terminal
        assert terminal.wait() == status, (terminal.status, terminal.output)
        assert terminal.settings() == terminal.before, "the terminal's settings are not those of before"
        end = terminal.output[terminal.output.rindex(b"shown"):].decode("utf-8", "replace")
        missing = [sequence for sequence in UNDONE if sequence not in end]
        assert not missing, "not undone: %r in %r" % (missing, end)
        lines = end.replace("\r", "").split("\n")
        told = [re.sub("\x1b[^a-zA-Z]*[a-zA-Z]", "", line) for line in lines if "happyctl: " in line]
        assert len(told) == 1 and re.search(sentence, told[0]), told


def test_detach_key():
    """the detach key leaves the session, which goes on"""
    with Attached() as attached:
        attached.shown()
        attached.terminal.type(b"\x1cd")
        attached.check_given_back(r"detached from shell-1; back with: happyctl attach shell-1$", 0)
        assert attached.holder.control.status()["exit_kind"] == 0


def test_extended_detach_key():
    """the detach key works while the agent has the kitty keyboard protocol on, split or not"""
    with Attached() as attached:
        attached.shown()
        def switched_on():
            attached.terminal.read()
            return b"\x1b[>1u" in attached.terminal.output
        wait_for("the keyboard protocol", switched_on)
        attached.terminal.type(b"\x1b[92;5")
        time.sleep(0.005)
        attached.terminal.type(b"u\x1b[100u")
        attached.check_given_back("detached", 0)


def test_agent_exits():
    """the agent's exit status is passed on"""
    with Attached("$SHOW; read line; exit 7") as attached:
        attached.shown()
        attached.terminal.type("\r")
        attached.check_given_back("shell-1 ended with exit status 7$", 7)


def test_agent_killed():
    """a signal that ended the agent is passed on as 128 plus its number"""
    with Attached("$SHOW; read line; kill -KILL $$") as attached:
        attached.shown()
        attached.terminal.type("\r")
        attached.check_given_back(r"shell-1 was ended by signal 9 \(Killed\)$", 137)


def test_signals():
    """SIGTERM, SIGINT, SIGQUIT and SIGHUP detach and give the terminal back"""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        with Attached() as attached:
            attached.shown()
            attached.terminal.signal(number)
            attached.check_given_back(r"detached by signal %d .*; shell-1 goes on" % number, 128 + number)
            assert attached.holder.control.status()["exit_kind"] == 0
    with Attached() as attached:
        attached.shown()
        attached.terminal.signal(signal.SIGHUP)
        assert attached.terminal.wait() == 128 + signal.SIGHUP
        assert attached.terminal.settings() == attached.terminal.before


def test_crash():
    """a crash of happyctl itself gives the terminal back and is still a crash"""
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
        with Attached() as attached:
            attached.shown()
            attached.terminal.signal(number)
            assert attached.terminal.wait() == -number, attached.terminal.status
            assert attached.terminal.settings() == attached.terminal.before
            end = attached.terminal.output[attached.terminal.output.rindex(b"shown"):].decode()
            assert not [sequence for sequence in UNDONE if sequence not in end], end


def test_holder_killed():
    """a killed holder is told as such"""
    with Attached() as attached:
        attached.shown()
        attached.holder.kill()
        attached.check_given_back("shell-1 is lost: its holder was killed", 1)


def test_holder_killed_after_the_end():
    """when happyd knows how the agent ended, that counts"""
    with Attached() as attached:
        attached.shown()
        attached.session.update(state="ended", exitCode=5, reason="exited with status 5")
        attached.holder.kill()
        attached.check_given_back("shell-1 ended with exit status 5", 5)


def test_sent_away():
    """detached from elsewhere: the reason is told"""
    with Attached() as attached:
        attached.shown()
        attached.holder.control.send(frames.DETACH_ALL, frames.string("by request"))
        attached.check_given_back(r"detached from shell-1 \(by request\); back with", 0)


def test_closed_terminal():
    """a closed terminal is a detach"""
    with Attached() as attached:
        attached.shown()
        wait_for("one terminal", lambda: attached.holder.control.status()["terminals"] == 1)
        attached.terminal.hang_up()
        wait_for("the end of happyctl", attached.terminal.ended)
        wait_for("no terminal", lambda: attached.holder.control.status()["terminals"] == 0)
        assert attached.holder.control.status()["exit_kind"] == 0


def test_killed_client():
    """kill -9 of happyctl is a detach"""
    with Attached() as attached:
        attached.shown()
        attached.terminal.signal(signal.SIGKILL)
        wait_for("no terminal", lambda: attached.holder.control.status()["terminals"] == 0)
        assert attached.holder.control.status()["exit_kind"] == 0


def test_stopped():
    """SIGTSTP gives the terminal back and detaches; SIGCONT takes it again and shows the screen"""
    with Attached() as attached:
        attached.shown()
        terminal = attached.terminal
        terminal.signal(signal.SIGTSTP)
        pid, status = os.waitpid(terminal.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), status
        assert terminal.settings() == terminal.before
        terminal.drain()
        end = terminal.output[terminal.output.rindex(b"shown"):].decode()
        assert not [sequence for sequence in UNDONE if sequence not in end], end
        wait_for("no terminal", lambda: attached.holder.control.status()["terminals"] == 0)
        terminal.searched = len(terminal.output)
        terminal.signal(signal.SIGCONT)
        attached.shown()
        terminal.type("again")
        terminal.expect("again")
        terminal.type(b"\x1cd")
        attached.check_given_back("detached", 0)


def test_cursor_below():
    """what is printed next stands below what the session showed, on its own line"""
    with Attached("printf 'one\\r\\ntwo\\r\\nshown'; read line", words=("--history", "0")) as attached:
        attached.shown()
        attached.terminal.type(b"\x1cd")
        attached.terminal.wait()
        end = attached.terminal.output.decode()
        assert re.search("\x1b\\[4;1Hhappyctl: detached", end), repr(end[-300:])


def test_read_only():
    """--read-only sends no key to the agent, and the detach key works"""
    with Attached(words=("-r",)) as attached:
        attached.terminal.expect("read-only")
        attached.shown()
        attached.terminal.type("secret\r")
        attached.terminal.type(b"\x1cd")
        attached.check_given_back("detached", 0)
        assert "secret" not in attached.holder.control.screen()["text"]


def test_large_paste():
    """a megabyte pasted at once arrives whole, while the agent is slow to read"""
    count = 1 << 20
    script = "stty raw -echo; printf shown; sleep 0.3; head -c %d | cksum; exec cat >/dev/null" % count
    with Attached(script) as attached:
        attached.shown()
        attached.terminal.type(b"x" * count)
        import subprocess
        wanted = subprocess.run(["cksum"], input=b"x" * count, capture_output=True, check=True).stdout
        attached.terminal.expect(wanted.strip())
        attached.terminal.type(b"\x1cd")
        assert attached.terminal.wait() == 0


def test_slow_terminal():
    """a terminal that is not read costs no processor time, and the detach key still works"""
    with Attached("echo shown; read line; exec yes flood") as attached:
        attached.shown()
        attached.terminal.type("\r")
        pid = attached.terminal.pid

        def ticks():
            with open("/proc/%d/stat" % pid) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        slave = attached.terminal.slave
        wait_for("a full terminal", lambda: not select.select([], [slave], [], 0)[1])

        def at_rest():
            before = ticks()
            time.sleep(0.2)
            return ticks() == before
        wait_for("its rest", at_rest)
        before = ticks()
        time.sleep(1)
        used = ticks() - before
        assert used <= 5, "%d ticks in a second of waiting" % used
        os.write(attached.terminal.master, b"\x1cd")
        assert attached.terminal.wait() == 0
        assert attached.terminal.settings() == attached.terminal.before


def test_detach_key_of_the_settings():
    """the detach key is happyd's setting; the first key twice is sent once"""
    with Attached() as attached:
        attached.shown()
    place_key = "C-a x"
    with Place() as place:
        holder = frames.Holder()
        try:
            holder.shell("stty raw; printf shown; exec cat -v")
            session = session_object(holderSocket=holder.socket_path)
            daemon = ScriptedDaemon(place, {"session.get": session,
                                            "daemon.status": dict(STATUS, detachKey=place_key)})
            terminal = place.terminal("attach")
            terminal.expect("Ctrl-a x detaches")
            terminal.expect("shown")
            terminal.wait_raw()
            terminal.type(b"\x01\x01|\x1cd|")
            terminal.expect(rb"\^A\|\^\\d\|")
            terminal.type(b"\x01x")
            assert terminal.wait() == 0
            daemon.close()
        finally:
            holder.close()


def test_inside_itself():
    """a session is not attached inside itself"""
    with Place() as place:
        daemon = ScriptedDaemon(place, {"session.get": session_object(holderSocket="/x/y.sock"),
                                        "daemon.status": dict(STATUS)})
        terminal = place.terminal("attach", environment={"HAPPY_HOLDER_SOCKET": "/x/y.sock"})
        terminal.expect("inside shell-1 already")
        assert terminal.wait() == 1
        daemon.close()


main(globals())
