#!/usr/bin/env python3
"""happyd is killed at random moments while five agents write and a person types.

No agent may die, no line may be missing or doubled in session.history or in the output stream, no event
in the event stream, and the person at the terminal must notice nothing.

HAPPY_CRASH_ROUNDS: how many kills (200). HAPPY_CRASH_SEED: the seed of the random moments.
"""
import base64
import itertools
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import api

BUILD = os.environ.get("HAPPY_BUILD_DIR", os.getcwd())
ROUNDS = int(os.environ.get("HAPPY_CRASH_ROUNDS") or 200)
SEED = int(os.environ.get("HAPPY_CRASH_SEED") or random.SystemRandom().randrange(1 << 31))
WRITERS = 5
# A daemon that does not come back, or a key that is not echoed, within this time has failed.
PATIENCE = 30

# Line n says n, so that any line of the history proves itself.
WRITER = """
import os, sys, time
number = 0
while not os.path.exists(sys.argv[1]):
    sys.stdout.write('%08d\\n' % number)
    sys.stdout.flush()
    number += 1
    time.sleep(0.004)
with open(sys.argv[2], 'w') as file:
    file.write(str(number))
sys.stdin.read()
"""


class Failed(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Failed(what)


class Connection(api.Client):
    """EOFError also when nobody listens: happyd is dead at that moment."""

    def __init__(self, path):
        try:
            super().__init__(path, PATIENCE)
        except OSError as problem:
            raise EOFError from problem


class Follower(threading.Thread):
    """Follows one session's output and events over all the crashes, and checks each byte and number."""

    def __init__(self, test, session):
        super().__init__(daemon=True)
        self.test, self.session = test, session
        self.offset, self.sequence = 0, 0
        self.line, self.lines = b"", 0
        self.events = []
        self.problem = None

    def run(self):
        try:
            while not self.test.over.is_set():
                try:
                    self.follow(Connection(self.test.socket))
                except EOFError:
                    self.test.alive.wait(PATIENCE)
        except Exception as problem:  # told by the main thread
            self.problem = f"{type(problem).__name__}: {problem}"

    def follow(self, connection):
        try:
            connection.call("session.subscribe", session=self.session, output=True,
                            **{"from": self.offset, "after": self.sequence})
            while not self.test.over.is_set():
                message = connection.notification()
                self.take(message["method"], message["params"])
        finally:
            connection.close()

    def take(self, method, params):
        if method == "session.output":
            check(params["offset"] == self.offset,
                  f"output at {params['offset']} after {self.offset}")
            data = base64.b64decode(params["base64"])
            self.offset += len(data)
            *whole, self.line = (self.line + data).split(b"\n")
            for line in whole:
                check(line.rstrip(b"\r") == b"%08d" % self.lines,
                      f"line {self.lines} of the stream is {line!r}")
                self.lines += 1
        elif method == "session.event":
            check(params["sequence"] > self.sequence,
                  f"event {params['sequence']} after {self.sequence}")
            self.sequence = params["sequence"]
            self.events.append(params)
        else:
            raise Failed(f"{method} {params}")


class Typist(threading.Thread):
    """A person at `happyctl attach`: types words and waits for each to come back."""

    def __init__(self, test, session):
        super().__init__(daemon=True)
        self.test = test
        self.problem = None
        self.words = 0
        self.screen = b""
        self.pid, self.terminal = os.forkpty()
        if self.pid == 0:
            os.execve(test.ctl, [test.ctl, "attach", session], test.environment)

    def wait_until_raw(self):
        """Before that, the terminal itself would echo."""
        deadline = time.monotonic() + PATIENCE
        while termios.tcgetattr(self.terminal)[3] & termios.ECHO:
            check(time.monotonic() < deadline, "happyctl attach did not take the terminal")
            time.sleep(0.005)

    def run(self):
        try:
            self.wait_until_raw()
            for number in itertools.count():
                if self.test.over.is_set():
                    return
                word = b"word%05d" % number
                os.write(self.terminal, word + b"\r")
                # Once echoed by the terminal and once said by cat.
                self.wait_for(word, 2)
                self.words += 1
        except Exception as problem:
            self.problem = f"{type(problem).__name__}: {problem}"

    def wait_for(self, word, times):
        deadline = time.monotonic() + PATIENCE
        while self.screen.count(word) < times:
            left = deadline - time.monotonic()
            check(left > 0, f"{word!r} was not echoed; the terminal ended with {self.screen[-300:]!r}")
            if select.select([self.terminal], [], [], left)[0]:
                block = os.read(self.terminal, 1 << 16)
                check(block, "the terminal was closed")
                self.screen = (self.screen + block)[-20000:]
        check(self.screen.count(word) == times, f"{word!r} came {self.screen.count(word)} times")


class CrashTest:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="hc-", dir="/tmp")
        self.environment = dict(os.environ, HAPPY_HOME_DIR=self.directory + "/h", HAPPY_LIBEXEC_DIR=BUILD,
                                XDG_RUNTIME_DIR="/nonexistent", TERM="xterm-256color")
        self.ctl = BUILD + "/happyctl/happyctl"
        self.socket = self.directory + "/h/run/happyd.sock"
        self.alive, self.over = threading.Event(), threading.Event()
        self.stop_file = self.directory + "/stop"
        self.sessions = {}
        self.daemon_pid = 0
        self.worst = 0

    def happyctl(self, *arguments):
        done = subprocess.run([self.ctl, *arguments], env=self.environment, text=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, capture_output=True)
        check(done.returncode == 0, f"happyctl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def start(self):
        for number in range(WRITERS):
            ended = f"{self.directory}/ended{number}"
            session = self.happyctl("start", "-d", "--", sys.executable, "-c", WRITER, self.stop_file,
                                    ended).strip()
            self.sessions[session] = ended
        self.cat = self.happyctl("start", "-d", "--", "cat").strip()
        self.pids = {s["id"]: (s["pid"], s["holderPid"]) for s in self.list()}
        self.followers = [Follower(self, session) for session in self.sessions]
        self.typist = Typist(self, self.cat)
        for thread in [*self.followers, self.typist]:
            thread.start()
        self.alive.set()

    def list(self):
        return json.loads(self.happyctl("list", "--json"))

    def check_threads(self):
        for thread in [*self.followers, self.typist]:
            check(thread.problem is None, thread.problem)

    def kill_daemon(self):
        connection = Connection(self.socket)
        self.daemon_pid = connection.call("daemon.status")["pid"]
        connection.close()
        self.alive.clear()
        os.kill(self.daemon_pid, signal.SIGKILL)

    def restart_daemon(self):
        start = time.monotonic()
        sessions = {s["id"]: s for s in self.list()}
        self.worst = max(self.worst, time.monotonic() - start)
        self.alive.set()
        for session, pids in self.pids.items():
            check(session in sessions, f"{session} is gone")
            check(sessions[session]["state"] == "running", f"{session}: {sessions[session]}")
            check((sessions[session]["pid"], sessions[session]["holderPid"]) == pids,
                  f"{session} has other processes")

    def check_history(self, session, last=None):
        connection = Connection(self.socket)
        try:
            history = connection.call("session.history", session=session, first=-1000, count=1000,
                                      screen=last is not None)
        finally:
            connection.close()
        numbers = range(history["first"], history["first"] + len(history["lines"]))
        texts = [line["text"] for line in history["lines"]]
        while last is not None and texts and texts[-1] == "":
            texts.pop()
        for number, text in zip(numbers, texts):
            check(text == f"{number:08}", f"line {number} of {session}'s history is {text!r}")
        check(last is None or history["first"] + len(texts) == last,
              f"{session}'s history ends at {history['first'] + len(texts)}, not at {last}")

    def round(self, chance):
        time.sleep(chance.uniform(0, 0.25))
        self.kill_daemon()
        # Half of the time the daemon is missed for a while.
        time.sleep(chance.choice((0, chance.uniform(0, 0.2))))
        self.restart_daemon()
        self.check_history(chance.choice(list(self.sessions)))
        self.check_threads()

    def wait_until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.check_threads()
            check(time.monotonic() < deadline, what)
            time.sleep(0.01)

    def finish(self):
        open(self.stop_file, "w").close()
        totals = {}
        for session, path in self.sessions.items():
            self.wait_until(lambda: os.path.exists(path) and open(path).read(), f"{session} did not stop")
            totals[session] = int(open(path).read())
        for follower in self.followers:
            total = totals[follower.session]
            self.wait_until(lambda: follower.lines == total,
                            f"the stream of {follower.session} has {follower.lines} of {total} lines")
            self.check_history(follower.session, last=total)
            check(sum(e["type"] == "started" for e in follower.events) == 1,
                  f"{follower.session} was started more than once: {follower.events}")
        words = self.typist.words
        self.wait_until(lambda: self.typist.words > words, "the typist is stuck")
        check(os.waitpid(self.typist.pid, os.WNOHANG) == (0, 0), "happyctl attach ended")
        self.over.set()
        return sum(totals.values())

    def clean(self):
        self.over.set()
        try:
            for session in self.list():
                if session["state"] == "running":
                    self.happyctl("stop", "--force", session["id"])
            self.happyctl("daemon", "stop")
        except (Failed, subprocess.TimeoutExpired) as problem:
            print(f"clean-up: {problem}")
        if hasattr(self, "typist"):
            os.kill(self.typist.pid, signal.SIGKILL)
            os.waitpid(self.typist.pid, 0)
        shutil.rmtree(self.directory, ignore_errors=True)


def main():
    print(f"seed {SEED}, {ROUNDS} rounds", flush=True)
    chance = random.Random(SEED)
    test = CrashTest()
    done = 0
    try:
        test.start()
        for done in range(ROUNDS):
            test.round(chance)
        done = ROUNDS
        lines = test.finish()
        print(f"ok - {ROUNDS} kills, {lines} lines and {test.typist.words} typed words, none missing or doubled; "
              f"slowest return {test.worst * 1000:.0f} ms")
    except (Failed, EOFError, subprocess.TimeoutExpired) as problem:
        print(f"not ok - round {done}: {problem}")
        log = test.directory + "/h/logs/happyd.log"
        if os.path.exists(log):
            print("".join(open(log).readlines()[-40:]))
        return 1
    finally:
        test.clean()
    return 0


if __name__ == "__main__":
    sys.exit(main())
