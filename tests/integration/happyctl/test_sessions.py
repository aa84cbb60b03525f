#!/usr/bin/env python3
"""Sessions from start to end, with a real happyd, as people and scripts have them."""
import glob
import json
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from driver import HAPPYCTL, Place, is_alive, main, wait_for  # noqa: E402


def test_foreground():
    """start in the foreground: shows the session, detaches, comes back to the same screen"""
    with Place() as place:
        terminal = place.terminal("start", "-n", "one", "--", "sh", "-c", "echo marker; exec cat")
        terminal.expect(r"happyctl: one \([a-z][a-z0-9]{7}\), Ctrl-\\ d detaches")
        terminal.expect("marker")
        terminal.type("typed\r")
        terminal.expect("typed\r\ntyped")
        terminal.type(b"\x1cd")
        assert terminal.wait() == 0, terminal.output
        assert terminal.settings() == terminal.before
        wait_for("no terminal", lambda: place.session("one")["terminals"] == 0)
        session = place.session("one")
        assert session["state"] == "running", session
        assert session["directory"] == os.path.realpath(place.directory), session
        again = place.terminal("attach", "one")
        again.expect("marker")
        again.expect("typed")
        again.wait_raw()
        again.type(b"\x04")
        assert again.wait() == 0, again.output
        again.expect("one ended with exit status 0")


def test_exit_status():
    """start in the foreground passes on the exit status"""
    with Place() as place:
        for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("exit 124", 124)):
            terminal = place.terminal("start", "--", "sh", "-c", script)
            assert terminal.wait() == status, (script, terminal.status, terminal.output)
            assert terminal.settings() == terminal.before


def test_what_cannot_run():
    """what cannot be executed is an error with a fix, not a session"""
    with Place(PATH="/usr/bin:/bin") as place:
        done = place.run("start", "-d", "--", "no-such-program-here")
        assert done.returncode == 1 and "no-such-program-here" in done.stderr, done
        done = place.run("start", "-d", "claude")
        assert done.returncode == 1 and "fix: " in done.stderr and "install" in done.stderr, done
        done = place.run("start", "-d", "make")
        assert done.returncode != 0 and "happyctl start -- " in done.stderr, done
        done = place.run("start", "-d", "-C", "/no/such/place", "shell")
        assert done.returncode == 1 and "/no/such/place" in done.stderr, done
        assert place.json("list", "--json") == []


def test_environment():
    """the agent gets the client's environment, directory and size, and none of this window's variables"""
    with Place() as place:
        outer = {"COLOR_OF": "blue", "TMUX": "x", "GPG_TTY": "/dev/pts/9", "COLORTERM": "truecolor"}
        out = place.directory + "/out"
        id = place.ok("start", "-d", "--env", "EXTRA=1", "--env", "EXTRA=two words", "-C", "/usr", "--size",
                      "101x33", "--", "sh", "-c", "{ env; echo CWD=$(pwd); stty size; } >%s.tmp; mv %s.tmp %s"
                      % (out, out, out), environment=outer).strip()
        assert re.fullmatch("[a-z][a-z0-9]{7}", id), id
        place.ok("wait", "--exit", id)
        with open(out) as file:
            lines = file.read().split("\n")
        for wanted in ("COLOR_OF=blue", "EXTRA=two words", "CWD=/usr", "33 101", "COLORTERM=truecolor",
                       "TERM=xterm-256color", "HOME=" + place.directory):
            assert wanted in lines, (wanted, lines)
        assert not [line for line in lines if line.startswith(("TMUX=", "GPG_TTY=", "EXTRA=1"))], lines


def test_two_terminals():
    """two terminals of different sizes: the size follows the one that types, the other is cropped"""
    with Place() as place:
        place.ok("start", "-d", "-n", "two", "--", "sh", "-c",
                 "while read line; do echo got $line; stty size; done")
        first = place.terminal("attach", "two", columns=90, rows=30)
        first.wait_raw()
        second = place.terminal("attach", "two", columns=60, rows=20)
        second.wait_raw()
        wait_for("two terminals", lambda: place.session("two")["terminals"] == 2)
        first.type("a\r")
        first.expect("got a")
        wait_for("size of the first", lambda: (place.session("two")["columns"], place.session("two")["rows"]) == (90, 30))
        second.expect("got a")
        second.type("b\r")
        second.expect("got b")
        wait_for("size of the second", lambda: (place.session("two")["columns"], place.session("two")["rows"]) == (60, 20))
        first.expect("got b")
        done = place.ok("detach", "two")
        assert done == "2 terminals detached\n", done
        for terminal in (first, second):
            assert terminal.wait() == 0, terminal.output
            terminal.expect("happyctl: detached from two")
            assert terminal.settings() == terminal.before


def test_take_size():
    """attach --take-size gives the agent this terminal's size; --read-only never does"""
    with Place() as place:
        place.ok("start", "-d", "-n", "s", "--size", "80x24", "--", "cat")
        reader = place.terminal("attach", "-r", "s", columns=70, rows=22)
        reader.wait_raw()
        wait_for("attached", lambda: place.session("s")["terminals"] == 1)
        assert place.session("s")["columns"] == 80
        writer = place.terminal("attach", "s", columns=66, rows=21)
        writer.wait_raw()
        wait_for("its size", lambda: place.session("s")["columns"] == 66)
        taker = place.terminal("attach", "--take-size", "s", columns=99, rows=31)
        taker.wait_raw()
        wait_for("its size", lambda: place.session("s")["columns"] == 99)
        taker.resize(98, 30)
        wait_for("its new size", lambda: place.session("s")["columns"] == 98)


def test_daemon_dies_meanwhile():
    """kill -9 of happyd: the attached terminal notices nothing, the next command starts another"""
    with Place() as place:
        terminal = place.terminal("start", "-n", "k", "--", "cat")
        terminal.wait_raw()
        for round in range(3):
            os.kill(place.json("status", "--json")["pid"], signal.SIGKILL)
            word = "round%d" % round
            terminal.type(word + "\r")
            terminal.expect(word + "\r\n" + word)
            sessions = place.json("list", "--json")
            assert [(s["name"], s["state"]) for s in sessions] == [("k", "running")], sessions
        place.ok("stop", "-q", "--force", "k")
        terminal.wait()
        terminal.expect("k was ended by signal 9")


def test_list():
    """list: for people, for programs, as JSON, ids only"""
    with Place() as place:
        id = place.ok("start", "-d", "-n", "lst", "-C", place.directory, "--", "cat").strip()
        plain = place.ok("list").split("\n")
        assert plain[0].split("\t") == ["NAME", "AGENT", "STATE", "ATTACHED", "AGE", "IDLE", "CPU",
                                        "MEMORY", "DIRECTORY", "ID", "REASON"], plain
        cells = plain[1].split("\t")
        assert cells[0] == "lst" and cells[1] == "command" and cells[9] == id and cells[3] == "0", cells
        assert cells[8] == os.path.realpath(place.directory) and re.match(r"\d", cells[7]), cells
        assert place.ok("list", "-q") == id + "\n"
        assert place.ok("ls", "-q") == id + "\n"
        session = place.json("list", "--json")[0]
        assert session["id"] == id and session["memoryBytes"] > 0 and session["processes"] == 1, session
        for columns in (120, 40):
            terminal = place.terminal("list", columns=columns)
            assert terminal.wait() == 0
            text = terminal.output.decode()
            assert "\x1b[1mNAME" in text, text
            lines = re.sub("\x1b[^m]*m", "", text).replace("\r", "").split("\n")
            assert max(map(len, lines)) <= columns, lines
            assert columns == 40 or ("~" in lines[1] and id in lines[1]), lines
        terminal = place.terminal("list", environment={"NO_COLOR": "1"})
        terminal.wait()
        assert b"\x1b" not in terminal.output
        place.ok("stop", "lst")
        cells = place.ok("list").split("\n")[1].split("\t")
        assert cells[2] == "ended" and cells[10] not in ("", "-"), cells
        terminal = place.terminal("list", columns=100)
        terminal.wait()
        assert cells[10].encode() in terminal.output, terminal.output
        place.ok("forget", "lst")
        assert place.json("list", "--json") == []


def test_names():
    """sessions are found by name, id and the start of an id; what fits none or several is refused"""
    with Place() as place:
        first = place.ok("start", "-d", "-n", "alpha", "--", "cat").strip()
        second = place.ok("start", "-d", "-n", "beta", "--", "cat").strip()
        for name in ("alpha", first, first[:5]):
            assert place.session(name)["id"] == first
        assert place.json("api", "session.get")["id"] == second
        for command in (("screen", "zzzzz"), ("stop", "zzzzz"), ("send", "-s", "zzzzz", "x"),
                        ("wait", "--idle", "zzzzz"), ("log", "zzzzz"), ("detach", "zzzzz"),
                        ("forget", "zzzzz"), ("resume", "-d", "zzzzz")):
            done = place.run(*command)
            assert done.returncode == 3 and done.stderr.startswith("happyctl: "), (command, done)
        done = place.run("start", "-d", "-n", "alpha", "--", "cat")
        assert done.returncode == 1 and "alpha" in done.stderr, done
        done = place.run("stop")
        assert done.returncode == 3 and "2 sessions run" in done.stderr, done
        place.ok("stop", "alpha")
        assert place.ok("stop").startswith("beta ended: ")
        done = place.run("stop")
        assert done.returncode == 3 and "no session runs" in done.stderr, done


def test_ended():
    """an ended session cannot be attached; what it wrote can be read"""
    with Place() as place:
        place.ok("start", "-d", "-n", "e", "--", "sh", "-c", "echo last words; exit 3")
        place.ok("wait", "--exit", "e")
        terminal = place.terminal("attach", "e")
        assert terminal.wait() == 1
        terminal.expect("happyctl: e has ended: exited with status 3")
        terminal.expect("fix: ")
        assert place.session("e")["exitCode"] == 3
        assert "last words" in place.ok("log", "e")


def test_send():
    """send types a prompt and Enter; text from the command line or standard input; keys"""
    with Place() as place:
        place.ok("start", "-d", "-n", "c", "--", "cat")
        place.ok("send", "-s", "c", "first", "prompt")
        place.ok("wait", "--text", "^first prompt$", "--timeout", "20", "c")
        place.ok("send", "-s", "c", "-", stdin="from a file\n")
        place.ok("wait", "--text", "^from a file$", "--timeout", "20", "c")
        place.ok("send", "-s", "c", "--no-enter", "--", "-half")
        place.ok("wait", "--text", "-half", "--timeout", "20", "c")
        place.ok("send", "-s", "c", "-k", "x", "Enter")
        place.ok("wait", "--text", "^-halfx$", "--timeout", "20", "c")
        # Once from the terminal, and once from cat.
        for line in ("first prompt", "-halfx"):
            wait_for(line + " twice", lambda: place.ok("screen", "c").split("\n").count(line) == 2)
        done = place.run("send", "-s", "c", "-", stdin="")
        assert done.returncode == 2 and "no text" in done.stderr, done
        done = place.run("send", "-s", "c", "\udcff")
        assert done.returncode == 2 and "UTF-8" in done.stderr, done
        place.ok("send", "-s", "c", "-k", "C-d")
        place.ok("wait", "--exit", "--timeout", "20", "c")
        done = place.run("send", "-s", "c", "late")
        assert done.returncode == 1 and "ended" in done.stderr, done


def test_wait():
    """wait: for idleness, the end, or a text; 124 when it takes too long"""
    with Place() as place:
        place.ok("start", "-d", "-n", "w", "--", "sh", "-c", "echo begun; read a; echo line one; read b; exit 4")
        place.ok("wait", "--idle", "--timeout", "20", "w")
        done = place.run("wait", "--exit", "--timeout", "0", "w")
        assert done.returncode == 124, done
        begin = time.monotonic()
        done = place.run("wait", "--text", "nothing like this", "--timeout", "1", "w")
        assert done.returncode == 124 and 0.9 < time.monotonic() - begin < 10, done
        waiter = subprocess.Popen([HAPPYCTL, "wait", "--text", "l[a-z]ne", "w"], env=place.environment,
                                  stdout=subprocess.PIPE, text=True)
        place.ok("send", "-s", "w", "-k", "Enter")
        assert waiter.communicate(timeout=20)[0] == "line one\n" and waiter.returncode == 0
        answer = place.json("wait", "--idle", "--json", "w")
        assert answer["session"]["name"] == "w", answer
        waiter = subprocess.Popen([HAPPYCTL, "wait", "--exit", "w"], env=place.environment)
        wait_for("its connection", lambda: any(
            os.readlink(link).startswith("socket:") for link in glob.glob("/proc/%d/fd/*" % waiter.pid)))
        os.kill(place.json("status", "--json")["pid"], signal.SIGKILL)
        place.ok("send", "-s", "w", "-k", "Enter")
        assert waiter.wait(20) == 0
        assert place.session("w")["exitCode"] == 4
        for words in (("wait",), ("wait", "--idle", "--exit")):
            assert place.run(*words).returncode == 2
        done = place.run("wait", "--text", "(", "w")
        assert done.returncode in (1, 2) and "happyctl: " in done.stderr, done


def test_log():
    """log: all that was written, the last lines, long lines joined"""
    with Place() as place:
        place.ok("start", "-d", "-n", "l", "--size", "40x10", "--", "sh", "-c",
                 "seq 1 3000; printf '%0100d\\n' 7; echo; echo end; exec cat")
        place.ok("wait", "--text", "^end$", "--timeout", "20", "l")
        lines = place.ok("log", "l").split("\n")
        assert lines == [str(n) for n in range(1, 3001)] + ["%0100d" % 7, "", "end", ""], lines[-5:]
        assert place.ok("log", "-n", "0", "l") == ""
        tail = place.ok("log", "-n", "12", "l").split("\n")
        assert tail[-2] == "end" and len(tail) < 14, tail


def test_log_follows():
    """log -f: each line once, over a restart of happyd, until the end"""
    with Place() as place:
        # One for each part: a reader that comes back at once would find the last writer still there.
        go = place.directory + "/go"
        for part in (1, 2, 3):
            os.mkfifo(go + str(part))
        place.ok("start", "-d", "-n", "f", "--size", "80x10", "--", "sh", "-c",
                 "for part in 1 2 3; do read x <%s$part; seq $((part * 1000)) $((part * 1000 + 500)); done; echo done" % go)
        log = subprocess.Popen([HAPPYCTL, "log", "-f", "f"], env=place.environment, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        lines = []
        for part in (1, 2, 3):
            with open(go + str(part), "w") as file:
                file.write("\n")
            while not lines or lines[-1] != str(part * 1000 + 500):
                line = log.stdout.readline()
                assert line, (lines[-3:], log.wait(), log.stderr.read())
                lines.append(line.rstrip("\n"))
            if part < 3:
                # The daemon before this one was replaced by `log` when it noticed.
                wait_for("a daemon", lambda: place.run("status").returncode == 0)
                os.kill(place.json("status", "--json")["pid"], signal.SIGKILL)
        rest = log.stdout.read()
        log.wait(30)
        assert log.returncode == 0 and rest == "done\n", (log.returncode, rest, place.ok("log", "-n", "5", "f"))
        wanted = [str(n) for part in (1, 2, 3) for n in range(part * 1000, part * 1000 + 501)]
        assert lines == wanted, [pair for pair in zip(lines, wanted) if pair[0] != pair[1]][:3]


def test_screen():
    """screen: text, with colours, as JSON"""
    with Place() as place:
        place.ok("start", "-d", "-n", "p", "--", "sh", "-c", "printf '\\033[31mred\\033[m plain'; exec cat")
        place.ok("wait", "--text", "plain", "--timeout", "20", "p")
        assert place.ok("screen", "p").startswith("red plain\n")
        assert re.match("\x1b\\[[0-9;]*31m", place.ok("screen", "-c", "p"))
        screen = place.json("screen", "--json", "p")
        assert screen["cursor"]["column"] == 9 and screen["columns"] == 80, screen


def test_restarted_daemon():
    """daemon start, stop, restart and logs; sessions go on"""
    with Place() as place:
        assert place.ok("daemon", "start") == "happyd is running\n"
        assert place.ok("daemon", "start") == "happyd is running already\n"
        place.ok("start", "-d", "-n", "r", "--", "cat")
        before = place.json("status", "--json")["pid"]
        assert "restarted" in place.ok("daemon", "restart")
        after = place.json("status", "--json")["pid"]
        assert before != after and not is_alive(before)
        assert place.session("r")["state"] == "running"
        assert "serves" in place.ok("daemon", "logs")
        assert place.ok("daemon", "stop") == "happyd has ended; agents go on\n"
        assert place.ok("daemon", "stop") == "happyd is not running\n"
        done = place.run("status")
        assert done.returncode == 4, done
        done = place.run("list", "--no-start")
        assert done.returncode == 4 and "fix: happyctl daemon start" in done.stderr, done
        assert place.session("r")["state"] == "running"


def test_reading_pipes_that_close():
    """a reader that goes away is not an error message"""
    with Place() as place:
        place.ok("start", "-d", "-n", "h", "--", "sh", "-c", "seq 1 9000; exec cat")
        place.ok("wait", "--text", "9000", "--timeout", "20", "h")
        done = subprocess.run(["sh", "-c", '"$0" log h | head -n 1', HAPPYCTL], env=place.environment,
                              capture_output=True, text=True, timeout=30, check=False)
        assert done.stdout == "1\n" and done.stderr == "", done
        with open("/dev/full", "w") as full:
            done = subprocess.run([HAPPYCTL, "list"], env=place.environment, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=30, check=False)
        assert done.returncode == 1 and "cannot write the output" in done.stderr, done


main(globals())
