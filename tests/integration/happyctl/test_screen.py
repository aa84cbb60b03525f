#!/usr/bin/env python3
"""What a person sees, on the terminal emulator of tmux: before, during and after a session."""
import os
import shutil
import subprocess
import sys
import termios

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from driver import HAPPYCTL, Place, main, wait_for  # noqa: E402

FULL_SCREEN = r"""
import sys, tty
tty.setraw(0)
sys.stdout.write('\x1b]2;the title\x07\x1b[?1049h\x1b[2J\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?25l')
sys.stdout.write('\x1b[3;5H\x1b[1;31mred \x1b[38;5;200mpink\x1b[m wide \u65e5\u672c e\u0301\x1b[10;1Hbottom')
sys.stdout.flush()
while sys.stdin.read(1) != 'q':
    pass
sys.stdout.write('\x1b[?1049l')
"""


class Desk:
    """Windows of a tmux server of its own."""

    def __init__(self, place):
        self.place = place
        self.socket = place.directory + "/tmux"

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *words], text=True, check=True,
                              capture_output=True, timeout=30, env=self.place.environment).stdout

    def open(self, name, columns=80, rows=24):
        self.tmux("new-session", "-d", "-s", name, "-x", str(columns), "-y", str(rows), "env", "-u", "TMUX", "PS1=$ ", "/bin/sh")
        self.tmux("set", "-t", name, "status", "off")
        self.tmux("resize-window", "-t", name, "-x", str(columns), "-y", str(rows))
        self.shows(name, "$")

    def lines(self, name, *flags):
        return [line.rstrip() for line in self.tmux("capture-pane", "-p", *flags, "-t", name).split("\n")[:-1]]

    def shows(self, name, text):
        try:
            wait_for(text, lambda: any(text in line for line in self.lines(name)))
        except AssertionError as error:
            raise AssertionError("%s; it shows:\n%s" % (error, "\n".join(self.lines(name)))) from None

    def shows_line(self, name, line):
        """What was typed shows a text, too: this is for a line that only the program writes."""
        try:
            wait_for("the line " + line, lambda: line in self.lines(name))
        except AssertionError as error:
            raise AssertionError("%s; it shows:\n%s" % (error, "\n".join(self.lines(name)))) from None

    def prompts(self, name):
        """Waits until the shell's empty prompt stands below everything else."""
        wait_for("the prompt", lambda: ([line for line in self.lines(name) if line] or [""])[-1] == "$")

    def is_raw(self, name):
        with open(self.value(name, "pane_tty")[0]) as tty:
            return not termios.tcgetattr(tty)[3] & (termios.ICANON | termios.ECHO)

    def attached(self, name, session):
        """Waits until what is typed in that window goes to the session, which no other terminal shows."""
        wait_for("the session in the window", lambda: self.is_raw(name) and self.place.session(session).get("terminals") == 1)

    def type(self, name, *keys):
        self.tmux("send-keys", "-t", name, *keys)

    def value(self, name, *names):
        return self.tmux("display", "-p", "-t", name, " ".join("#{%s}" % each for each in names)).split()

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, check=False)


def with_desk(test):
    def run():
        if not shutil.which("tmux"):
            print("# tmux is not installed; not run")
            return
        with Place() as place:
            desk = Desk(place)
            try:
                test(place, desk)
            finally:
                desk.close()
    run.__doc__ = test.__doc__
    run.__name__ = test.__name__
    return run


@with_desk
def test_line_by_line(place, desk):
    """a session of lines: seen while attached, kept in the scrollback, the prompt below it afterwards"""
    desk.open("w")
    desk.type("w", "echo before", "Enter", HAPPYCTL + " start -n lines -- sh -c 'echo one; echo two-$((40 + 2)); read x; seq 100 200; read y'", "Enter")
    desk.shows("w", "two-42")
    assert "echo before" not in "\n".join(desk.lines("w")), desk.lines("w")
    desk.type("w", "C-\\", "d")
    desk.shows("w", "happyctl: detached")
    desk.prompts("w")
    lines = [line for line in desk.lines("w") if line]
    assert lines[0] == "one" and lines[1] == "two-42" and lines[2].startswith("happyctl: detached"), lines
    above = "\n".join(desk.lines("w", "-S", "-"))
    assert "echo before" in above and "Ctrl-\\ d detaches" in above, above
    desk.type("w", HAPPYCTL + " attach", "Enter")
    desk.attached("w", "lines")
    desk.type("w", "Enter")
    desk.shows_line("w", "200")
    desk.type("w", "Enter")
    desk.shows("w", "ended with exit status 0")
    above = desk.lines("w", "-S", "-")
    assert [line for line in above if line.isdigit()] == [str(n) for n in range(100, 201)], above


@with_desk
def test_full_screen(place, desk):
    """a full-screen program: re-attached it looks the same, and nothing of it is left behind"""
    program = place.script("full", "#!%s\n%s" % (sys.executable, FULL_SCREEN))
    desk.open("w")
    desk.type("w", "echo before", "Enter", HAPPYCTL + " start -n full -- " + program, "Enter")
    desk.shows("w", "bottom")
    modes = ("alternate_on", "mouse_standard_flag", "mouse_sgr_flag", "cursor_flag", "cursor_x", "cursor_y")
    state = ["1", "1", "1", "0", "6", "9"]
    wait_for("its modes", lambda: desk.value("w", *modes) == state)
    shown = desk.lines("w", "-e")
    for _ in range(2):
        desk.type("w", "C-\\", "d")
        desk.shows("w", "happyctl: detached from full")
        assert desk.value("w", *modes)[:4] == ["0", "0", "0", "1"]
        text = "\n".join(desk.lines("w"))
        assert "bottom" not in text and "pink" not in text, text
        desk.prompts("w")
        desk.type("w", "clear; " + HAPPYCTL + " attach full", "Enter")
        desk.shows("w", "bottom")
        wait_for("the same modes", lambda: desk.value("w", *modes) == state)
        assert desk.lines("w", "-e") == shown, (shown, desk.lines("w", "-e"))
        desk.attached("w", "full")
    os.kill(place.session("full")["holderPid"], 9)
    desk.shows("w", "full is lost")
    assert desk.value("w", *modes)[:4] == ["0", "0", "0", "1"]
    assert "bottom" not in "\n".join(desk.lines("w"))
    desk.prompts("w")
    assert not desk.is_raw("w")


@with_desk
def test_crop(place, desk):
    """a smaller window shows a part of a larger session, and its own screen again afterwards"""
    desk.open("large", 100, 30)
    desk.open("small", 40, 10)
    desk.type("large", HAPPYCTL + " start -n big -- sh -c 'seq 1 60; printf \"%099d\\n\" 7; exec cat'", "Enter")
    desk.shows("large", "0000000007")
    desk.type("small", "echo mine; " + HAPPYCTL + " attach -r big", "Enter")
    desk.shows_line("small", "59")
    assert max(map(len, desk.lines("small"))) <= 40
    assert place.session("big")["columns"] == 100
    desk.type("small", "C-\\", "d")
    desk.shows("small", "happyctl: detached from big")
    lines = "\n".join(desk.lines("small"))
    assert "mine" in lines and "\n59\n" not in lines, lines
    desk.type("large", "C-\\", "d")
    desk.shows("large", "happyctl: detached from big")


@with_desk
def test_suspended_job(place, desk):
    """the shell's job control works on an attached session"""
    desk.open("w")
    desk.type("w", "set -m; " + HAPPYCTL + " start -n job -- sh -c 'echo marker-$((40 + 2)); exec cat'", "Enter")
    desk.shows("w", "marker-42")
    shell = desk.value("w", "pane_pid")[0]
    pid = wait_for("the client", lambda: subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True,
                                                        check=False).stdout.split())[0]
    os.kill(int(pid), 20)
    desk.shows("w", "Stopped")
    desk.type("w", "echo in-between", "Enter")
    desk.shows("w", "in-between")
    desk.type("w", "fg", "Enter")
    desk.attached("w", "job")
    desk.type("w", "typed", "Enter")
    wait_for("the echo and its copy", lambda: desk.lines("w").count("typed") == 2)
    desk.type("w", "C-d")
    desk.shows("w", "job ended with exit status 0")


main(globals())
