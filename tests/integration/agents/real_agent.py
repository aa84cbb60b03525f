"""A day of a real agent under happyd, against the scripted model, without network."""

import faulthandler
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field

from agent_home import Model, make_environment, wait_for
from desk import Desk

STEP_SECONDS = 400  # more than all that a step waits for
HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Agent:
    name: str
    ready: str  # what the screen shows when a prompt can be typed
    question: str  # what it shows when it asks for permission
    approve: str  # the key that allows it
    tool: str  # directive for a tool call that needs permission and writes tool.txt
    arguments: list = field(default_factory=list)
    pipe: list = field(default_factory=list)  # arguments for a prompt on standard input


class Day:
    """One agent, from its start to its end; each step builds upon the one before."""

    def __init__(self, agent, folder, bin_directory):
        self.agent = agent
        self.folder = folder
        self.model = Model(folder)
        self.environment = make_environment(folder, bin_directory, self.model.port)
        self.project = os.path.join(folder, "project")
        self.desk = Desk(folder, self.environment)
        self.happyctl_path = os.path.join(os.environ["HAPPY_BUILD_DIR"], "happyctl/happyctl")
        self.terminal = None
        self.session = None

    # -- driving

    def happyctl(self, *arguments, status=0, timeout=150):
        result = subprocess.run([self.happyctl_path, *arguments], env=self.environment, cwd=self.project,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        if status is not None and result.returncode != status:
            raise AssertionError(f"happyctl {' '.join(arguments)}: status {result.returncode}, "
                                 f"{result.stderr}{result.stdout}\n{self.screen()}")
        return result.stdout

    def api(self, method, **parameters):
        return json.loads(self.happyctl("api", method, json.dumps(parameters)))

    def get(self, session=None):
        return self.api("session.get", session=session or self.session)

    def screen(self):
        if not self.session:
            return ""
        return subprocess.run([self.happyctl_path, "screen", self.session], env=self.environment, cwd="/",
                              capture_output=True, text=True, timeout=20, check=False).stdout

    def send(self, text):
        self.happyctl("send", "-s", self.session, "--timeout", "60", "--", text)

    def wait_idle(self):
        self.happyctl("wait", "--idle", "--timeout", "120", self.session)

    def activity(self, wanted, seconds=60):
        wait_for(f"activity {wanted}", lambda: self.get()["activity"] == wanted, seconds)

    # -- the steps

    def is_missed_with_its_install_command(self):
        environment = {**self.environment, "PATH": "/usr/bin:/bin"}
        result = subprocess.run([self.happyctl_path, "start", "-d", self.agent.name], env=environment,
                                cwd=self.project, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                timeout=30, check=False)
        if shutil.which(self.agent.name, path=environment["PATH"]):
            return
        assert result.returncode == 1, result
        assert f"{self.agent.name} was not found on your PATH" in result.stderr, result
        assert "npm install -g" in result.stderr, result

    def works_in_a_pipe(self):
        wrapper = os.path.join(self.folder, f"happy-{self.agent.name}")
        os.symlink(self.happyctl_path, wrapper)
        outputs = []
        for program in (wrapper, self.agent.name):
            result = subprocess.run([program, *self.agent.pipe], env=self.environment, cwd=self.project, text=True,
                                    input="Answer me [[text Piped answer.]]\n", capture_output=True, timeout=60,
                                    check=False)
            assert result.returncode == 0 and "Piped answer." in result.stdout, (program, result)
            outputs.append(result.stdout)
        assert outputs[0] == outputs[1], outputs

    def starts_attached(self):
        self.terminal = self.desk.open(self.project, self.happyctl_path, "start", "-n", "day", self.agent.name,
                                       *(["--", *self.agent.arguments] if self.agent.arguments else []))
        self.terminal.shows(self.agent.ready, 60)
        sessions = [one for one in self.api("session.list")["sessions"] if one["state"] == "running"]
        assert len(sessions) == 1 and sessions[0]["agent"] == self.agent.name, sessions
        self.session = sessions[0]["id"]
        wait_for("one terminal", lambda: self.get()["terminals"] == 1)
        assert (sessions[0]["columns"], sessions[0]["rows"]) == (100, 40), sessions

    def is_idle_at_first(self):
        self.wait_idle()
        assert self.get()["activity"] == "idle"

    def takes_a_prompt(self):
        self.send("Greet me [[text Hello from the scripted model.]]")
        self.terminal.shows("Hello from the scripted model.\n")
        self.wait_idle()
        assert "Hello from the scripted model." in self.screen()

    def takes_a_prompt_of_several_lines(self):
        self.send("First line\nsecond line, \u00fcml\u00e4ut \u6f22\u5b57 [[text Lines understood.]]\nlast line")
        self.terminal.shows("Lines understood.\n")
        self.wait_idle()
        with open(self.model.log, encoding="utf-8") as log:
            prompts = [json.loads(line).get("prompt") or "" for line in log]
        assert any("second line, \u00fcml\u00e4ut \u6f22\u5b57" in prompt and "last line" in prompt for prompt in prompts), prompts

    def tells_its_native_id(self):
        native = wait_for("native id", lambda: self.get()["nativeId"])
        records = [path for path, _, names in os.walk(os.path.join(self.folder, "home")) for name in names
                   if native[:8] in name]
        assert records, f"no record of {native}"

    def asks_at_the_desk(self):
        self.send(f"Make it {self.agent.tool}[[text The tool has run.]]")
        self.terminal.shows(self.agent.question)
        self.activity("waiting")
        assert not os.path.exists(os.path.join(self.project, "tool.txt"))
        time.sleep(0.3)  # Claude Code ignores keys within 0.1 s of drawing the question
        self.terminal.keys(self.agent.approve)
        self.terminal.shows("The tool has run.\n")
        assert os.path.exists(os.path.join(self.project, "tool.txt"))
        self.wait_idle()
        assert self.get()["activity"] == "idle"

    def takes_a_refusal(self):
        os.unlink(os.path.join(self.project, "tool.txt"))
        self.send(f"Make it again {self.agent.tool}[[text Not reached.]]")
        self.terminal.shows(self.agent.question)
        self.activity("waiting")
        time.sleep(0.3)
        self.terminal.keys("Escape")
        self.activity("idle")
        assert not os.path.exists(os.path.join(self.project, "tool.txt"))

    def is_interrupted_at_the_desk(self):
        self.send("Talk on [[stream 2000 50]]")
        self.terminal.shows("alpha bravo charlie")
        self.activity("busy")
        self.terminal.keys("Escape")
        self.activity("idle")

    def survives_its_terminal(self):
        before = self.terminal.lines()
        self.terminal.keys("C-\\")
        self.terminal.keys("d")
        assert wait_for("detach", lambda: self.terminal.ended() is not None) and self.terminal.ended() == 0
        wait_for("no terminal", lambda: self.get()["terminals"] == 0)
        assert self.get()["state"] == "running"
        self.terminal.close()
        self.terminal = self.desk.open(self.project, self.happyctl_path, "attach", self.session)
        try:
            wait_for("the same screen", lambda: self.terminal.lines() == before)
        except AssertionError as failure:
            raise AssertionError("\n".join([str(failure), "before:", *before, "after:",
                                            *self.terminal.lines()])) from None
        self.terminal.keys("t", "y", "p", "e", "d")
        self.terminal.shows("typed")
        self.terminal.keys("BSpace", "BSpace", "BSpace", "BSpace", "BSpace")
        self.terminal.shows(self.agent.ready)

    def survives_its_daemon(self):
        self.send("Count [[stream 80 60]][[text The count is over.]]")
        self.terminal.shows("alpha bravo charlie")
        daemon = self.api("daemon.status")["pid"]
        os.kill(daemon, signal.SIGKILL)
        self.terminal.shows("The count is over.\n")
        assert self.terminal.ended() is None, self.terminal.text()
        after = self.get()
        assert self.api("daemon.status")["pid"] != daemon
        assert after["state"] == "running" and after["terminals"] == 1, after
        self.wait_idle()
        self.activity("idle")
        self.send("Still there [[text Yes I am.]]")
        self.terminal.shows("Yes I am.\n")
        self.wait_idle()

    def is_killed_with_its_daemon_waiting(self):
        """A prompt, its end and its question are noted while no daemon runs."""
        self.send(f"Ask me {self.agent.tool}[[text Asked and answered.]]")
        os.kill(self.api("daemon.status")["pid"], signal.SIGKILL)
        self.terminal.shows(self.agent.question)
        self.activity("waiting")
        time.sleep(0.3)
        self.terminal.keys(self.agent.approve)
        self.terminal.shows("Asked and answered.\n")
        self.activity("idle")

    def stops(self):
        before = self.get()
        processes = descendants(before["pid"])
        assert before["pid"] in processes, before
        self.happyctl("stop", "--timeout", "60", self.session)
        after = self.get()
        assert after["state"] == "ended" and after["resumable"], after
        wait_for("no process left", lambda: not [pid for pid in processes if alive(pid)])
        wait_for("the terminal is free", lambda: self.terminal.ended() is not None)
        self.terminal.close()

    def resumes(self):
        old = self.get()
        self.terminal = self.desk.open(self.project, self.happyctl_path, "resume", self.session)
        new = wait_for("a new session", lambda: [session for session in self.api("session.list")["sessions"]
                                                  if session["resumedFrom"] == self.session])[0]
        self.session = new["id"]
        self.terminal.shows(self.agent.ready, 60)
        self.terminal.shows("Asked and answered.\n")
        self.send("Once more [[text Welcome back.]]")
        self.terminal.shows("Welcome back.\n")
        wait_for("the same native id", lambda: self.get()["nativeId"] == old["nativeId"])
        self.wait_idle()

    def ends_when_it_is_left(self):
        leave = {"claude": ["/exit"], "codex": [], "gemini": ["/quit"]}[self.agent.name]
        for text in leave:
            self.terminal.keys("-l", text)
            self.terminal.shows(text)
            time.sleep(0.5)
            self.terminal.keys("Enter")
        if not leave:
            self.terminal.keys("C-c")
        assert wait_for("the end", lambda: self.terminal.ended() is not None) and self.terminal.ended() == 0
        assert self.get()["exitCode"] == 0, self.get()

    STEPS = [
        is_missed_with_its_install_command, works_in_a_pipe, starts_attached, is_idle_at_first, takes_a_prompt, takes_a_prompt_of_several_lines,
        tells_its_native_id, asks_at_the_desk, takes_a_refusal, is_interrupted_at_the_desk,
        survives_its_terminal, survives_its_daemon, is_killed_with_its_daemon_waiting, stops, resumes,
        ends_when_it_is_left,
    ]

    def report(self):
        """What explains a failure or a hang: screens, sessions, processes, logs."""
        print("# the desk's screen:", *self.desk.screens(), sep="\n")
        for arguments in (["list", "--all"], ["screen", self.session or "day"]):
            try:
                result = subprocess.run([self.happyctl_path, *arguments], env=self.environment, cwd="/",
                                        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
                                        check=False)
                print(f"# happyctl {' '.join(arguments)}: status {result.returncode}", result.stdout, result.stderr,
                      sep="\n")
            except subprocess.TimeoutExpired:
                print(f"# happyctl {' '.join(arguments)}: no answer in 20 s")
        print("# the processes with this test's folder in their environment:", *processes_of(self.folder), sep="\n")
        logs = os.path.join(self.environment["HAPPY_HOME_DIR"], "logs")
        paths = [os.path.join(logs, name) for name in sorted(os.listdir(logs))] if os.path.isdir(logs) else []
        for path in paths + [self.model.log]:
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    print(f"# the end of {path}:", *[line[:500].rstrip() for line in file.readlines()[-40:]], sep="\n")
        sys.stdout.flush()

    def close(self):
        for arguments in (["stop", "--force", self.session or "day"], ["daemon", "stop"]):
            subprocess.run([self.happyctl_path, *arguments], env=self.environment, cwd="/", check=False,
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.desk.close()
        self.model.close()


def processes_of(folder):
    """A line for each process that was given the folder: what it is, its state, what it waits for."""
    lines = []
    for pid in sorted(filter(str.isdigit, os.listdir("/proc")), key=int):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                ours = folder.encode() in file.read()
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                command = file.read().replace(b"\0", b" ").decode(errors="replace")
            if not ours and folder not in command:
                continue
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            with open(f"/proc/{pid}/wchan", encoding="utf-8") as file:
                waits = file.read() or "-"
        except OSError:
            continue
        lines.append(f"{pid} parent {fields[1]} state {fields[0]} group {fields[2]} terminal's {fields[5]} "
                     f"cpu {int(fields[11]) + int(fields[12])} in {waits}: {command[:200]}")
    return lines


def descendants(pid):
    """`pid` and all processes below it."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def install():
    prefix = os.environ.get("HAPPY_AGENTS_PREFIX") or os.path.join(os.environ["HAPPY_BUILD_DIR"], "real-agents")
    result = subprocess.run([os.path.join(HERE, "install-agents"), prefix], stdout=subprocess.PIPE, text=True,
                            check=False)
    if result.returncode != 0:
        sys.exit(result.returncode)
    return result.stdout.strip()


def main(agent):
    for program in ("tmux", "node"):
        if not shutil.which(program):
            print(f"skipped: {program} is not installed")
            sys.exit(77)
    bin_directory = install()
    folder = os.path.realpath(tempfile.mkdtemp(prefix="happy-"))
    day = Day(agent, folder, bin_directory)
    only = sys.argv[1:]

    def on_alarm(*_):
        raise AssertionError(f"the step hangs: it took {STEP_SECONDS} s")

    def on_end(*_):
        raise AssertionError("ended by SIGTERM")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, on_end)
    failed = False
    try:
        for step in Day.STEPS:
            what = f"{agent.name} {step.__name__.replace('_', ' ')}"
            if only and step.__name__ not in only and step is not Day.starts_attached:
                continue
            started = time.monotonic()
            signal.alarm(STEP_SECONDS)
            try:
                step(day)
                print(f"ok - {what} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception:  # pylint: disable=broad-except
                print(f"not ok - {what}", flush=True)
                signal.alarm(0)
                traceback.print_exc(file=sys.stdout)
                day.report()
                failed = True
                break
    finally:
        signal.alarm(0)
        faulthandler.dump_traceback_later(200, exit=True)  # if the clean-up hangs
        day.close()
        faulthandler.cancel_dump_traceback_later()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)
