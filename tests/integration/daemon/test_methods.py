#!/usr/bin/env python3
"""Every method of the local API, on a real happyd with real holders, and what each refuses."""
import base64
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from api import ApiError, BUILD, Daemon, Client, is_alive, output_of
from tap import equal, wait_until

# A coding agent in small: says when it is ready, takes prompts, and its hooks tell about it.
SCRIPTED_CLAUDE = r"""#!/usr/bin/env python3
import json, os, subprocess, sys, termios, time
hook = os.environ["HOOK_PROGRAM"]
def note(event, **more):
    payload = {"hook_event_name": event, "session_id": os.environ.get("NATIVE", "0-native"), **more}
    subprocess.run([hook], input=json.dumps(payload).encode(), check=True)
settings = termios.tcgetattr(0)
settings[3] &= ~(termios.ICANON | termios.ECHO)
settings[0] &= ~termios.ICRNL
termios.tcsetattr(0, termios.TCSANOW, settings)
write = lambda text: os.write(1, text.encode())
note("SessionStart", source="startup")
time.sleep(float(os.environ.get("SLOW_START", "0")))
if os.environ.get("QUESTION"):
    write("\r\n  \u276f 1. Yes\r\n    2. No\r\n")
    note("PermissionRequest", tool_name="Bash", tool_input={})
    while os.read(0, 1) != b"1":
        pass
    write("\x1b[2J\x1b[H")
    note("PostToolUse", tool_name="Bash", tool_input={}, tool_response={})
write("\x1b[?2004h\u276f ")
typed = b""
while True:
    block = os.read(0, 4096)
    if b"\x03" in block:
        sys.exit(0)
    typed += block
    write(block.replace(b"\x1b", b"").decode(errors="replace"))
    if block.endswith(b"\r") and not block.endswith(b"~\r"):
        prompt = typed[:-1].replace(b"\x1b[200~", b"").replace(b"\x1b[201~", b"").decode()
        typed = b""
        if os.environ.get("DEAF"):
            continue
        note("UserPromptSubmit", prompt=prompt)
        time.sleep(float(os.environ.get("WORK", "0.2")))
        write("\r\nanswer to " + prompt.replace("\r", "|") + "\r\n\u276f ")
        note("Stop", stop_hook_active=False, last_assistant_message="answer")
"""

shared = {}


def daemon():
    if "daemon" not in shared:
        shared["daemon"] = Daemon()
        shared["client"] = shared["daemon"].client()
    return shared["daemon"]


def client():
    daemon()
    return shared["client"]


def start(script, **params):
    return client().call("session.start", **{**daemon().shell(script), **params})


def start_claude(**environment):
    directory = daemon().directory + "/bin"
    if not os.path.exists(directory):
        os.mkdir(directory)
        with open(directory + "/claude", "w") as file:
            file.write(SCRIPTED_CLAUDE)
        os.chmod(directory + "/claude", 0o755)
    variables = {"PATH": f"{directory}:{os.path.dirname(sys.executable)}:/usr/bin:/bin", "HOME": daemon().directory,
                 "TERM": "xterm", "HOOK_PROGRAM": BUILD + "/happy-hook", **environment}
    return client().call("session.start", agent="claude", directory=daemon().directory,
                         environment=[f"{name}={value}" for name, value in variables.items()])


def stop(session):
    return client().call("session.stop", session=session["id"], force=True)


def wait_text(session, pattern, **params):
    return client().call("session.wait", session=session["id"], **{"for": "text"}, pattern=pattern,
                         timeoutMs=40000, **params)


def test_daemon_status():
    """daemon.status tells version, process, places and counts"""
    status = client().call("daemon.status")
    equal(status["pid"], daemon().process.pid, "pid")
    equal(status["home"], os.path.realpath(daemon().home), "home")
    equal(status["socket"], daemon().socket, "socket")
    equal(status["database"], daemon().database, "database")
    equal(status["sessions"], {"running": 0, "ended": 0}, "sessions")
    equal(status["detachKey"], "C-\\ d", "detachKey")
    equal(status["serviceManager"], None, "serviceManager")
    assert status["memoryBytes"] > 0 and status["startedAt"] <= time.time() * 1000


def test_unknown():
    """unknown methods and parameters, and wrong types, are refused by name"""
    error = client().fails("unsupported", "session.nothing")
    equal(error.number, -32601, "number")
    error = client().fails("invalid", "session.list", everything=True)
    assert "everything" in error.message and "all" in error.fix, error
    equal(error.number, -32602, "number")
    error = client().fails("invalid", "session.list", all="yes")
    assert '"all"' in error.message, error
    error = client().fails("invalid", "session.start", environment=[])
    assert "directory" in error.message and error.fix, error
    error = client().fails("invalid", "session.wait", **{"for": "rain"})
    assert "rain" in error.message and "idle" in error.fix, error
    client().fails("invalid", "session.resize", columns=0, rows=24)
    client().fails("invalid", "session.start", **{**daemon().shell("true"), "environment": ["PATH=/bin", 7]})


def test_agent_list():
    """agent.list finds programs on the PATH it is given, and names the install command"""
    directory = daemon().directory + "/found"
    os.mkdir(directory)
    with open(directory + "/codex", "w") as file:
        file.write("#!/bin/sh\n")
    os.chmod(directory + "/codex", 0o755)
    agents = {agent["name"]: agent for agent in client().call("agent.list", path=directory)["agents"]}
    equal(set(agents), {"claude", "codex", "gemini", "shell", "command"}, "agents")
    equal(agents["codex"]["path"], directory + "/codex", "path")
    assert "npm" in agents["gemini"]["install"], agents["gemini"]


def test_start_and_get():
    """session.start runs a command with the client's environment, directory and size"""
    session = start("echo dir=$PWD home=$HOME; stty size; umask; echo all; exec cat", columns=100, rows=30,
                    name="worker")
    equal(session["state"], "running", "state")
    equal((session["columns"], session["rows"]), (100, 30), "size")
    equal(session["command"][:2], ["/bin/sh", "-c"], "command")
    assert is_alive(session["pid"]) and is_alive(session["holderPid"])
    wait_text(session, "^all$")
    text = client().call("session.screen", session=session["id"])["text"]
    assert f"dir={daemon().directory} home={daemon().directory}" in text, text
    assert "\n30 100\n" in text, text
    umask = os.umask(0)
    os.umask(umask)
    assert f"\n{umask:04o}\n" in text, text
    for name in (session["id"], session["id"][:4], "worker", None):
        params = {"session": name} if name else {}
        equal(client().call("session.get", **params)["id"], session["id"], f"session of {name}")
    found = client().call("session.get", session="worker", resources=True)
    assert found["processes"] >= 1 and found["memoryBytes"] > 0 and found["cpuSeconds"] >= 0, found
    error = client().fails("exists", "session.start", **daemon().shell("true"), name="worker")
    assert session["id"] in error.message and error.fix, error
    stop(session)


def test_start_errors():
    """session.start names what is wrong: agent, directory, program, name, environment, limits"""
    shell = daemon().shell("true")
    client().fails("invalid", "session.start", directory="/tmp", environment=[])
    client().fails("invalid", "session.start", agent="cursor", directory="/tmp", environment=[])
    client().fails("invalid", "session.start", agent="claude", command=["x"], directory="/tmp", environment=[])
    client().fails("invalid", "session.start", **{**shell, "command": []})
    client().fails("invalid", "session.start", **{**shell, "directory": "tmp"})
    client().fails("system", "session.start", **{**shell, "directory": "/nowhere/at/all"})
    client().fails("invalid", "session.start", **{**shell, "directory": "/bin/sh"})
    client().fails("invalid", "session.start", **{**shell, "environment": ["NOVALUE"]})
    client().fails("invalid", "session.start", **shell, name="no spaces")
    client().fails("noProgram", "session.start", **{**shell, "command": ["no-such-program"]})
    error = client().fails("noProgram", "session.start", agent="gemini", directory="/tmp", environment=["PATH=/none"])
    assert "npm" in error.fix, error
    error = client().fails("unsupported", "session.start", **shell, limits={"memoryMax": "1G"})
    assert "systemd" in error.message and error.fix, error
    error = client().fails("invalid", "session.start", **shell, limits={"memoryMax": "lots"})
    assert "memoryMax" in error.message, error
    client().fails("invalid", "session.start", **shell, limits={"swap": 1})
    huge = ["BIG%d=%s" % (number, "x" * 30000) for number in range(50)]
    client().fails("limit", "session.start", **{**shell, "environment": huge})
    script = daemon().directory + "/broken"
    with open(script, "w") as file:
        file.write("#!/no/such/interpreter\n")
    os.chmod(script, 0o755)
    try:
        client().call("session.start", **{**shell, "command": [script]})
        raise AssertionError("a script without an interpreter was started")
    except ApiError as error:
        assert "interpreter" in str(error) or "No such file" in str(error), error
    equal(client().call("daemon.status")["sessions"]["running"], 0, "running sessions")


def test_list():
    """session.list is in order, with resources, and leaves out what ended more than a day ago"""
    first, second = start("exec cat"), start("exec cat")
    ids = [session["id"] for session in client().call("session.list")["sessions"]]
    equal(ids[-2:], [first["id"], second["id"]], "last sessions")

    def listed():
        return client().call("session.list", resources=True)["sessions"][-1]

    # While a process executes another program its memory reads as 0.
    wait_until(lambda: listed()["processes"] == 1 and listed()["memoryBytes"] > 100000, "the resources of a session")
    assert first["name"].startswith("command-") and first["name"] != second["name"], (first, second)
    stop(first)
    assert first["id"] in [session["id"] for session in client().call("session.list")["sessions"]]
    stop(second)


def test_stop_in_its_own_way():
    """session.stop asks the agent, and answers with why it ended"""
    session = start("trap 'echo bye; exit 7' TERM; echo on; while :; do sleep 0.05; done")
    wait_text(session, "on")
    ended = client().call("session.stop", session=session["id"])
    equal((ended["state"], ended["exitCode"], ended["reason"]), ("ended", 7, "exited with status 7"), "end")
    assert ended["endedAt"] and ended["pid"] is None, ended
    again = client().call("session.stop", session=session["id"])
    equal(again["state"], "ended", "state of a session that had ended")
    error = client().fails("ended", "session.send", session=session["id"], text="x")
    assert "status 7" in error.message, error


def test_stop_stubborn():
    """an agent that ignores SIGTERM: timeout, then force kills its whole tree"""
    session = start("trap '' TERM HUP; (trap '' TERM HUP; exec sleep 1000) & echo on; while :; do sleep 0.05; done")
    wait_text(session, "on")
    found = client().call("session.get", session=session["id"], resources=True)
    assert found["processes"] >= 2, found
    error = client().fails("timeout", "session.stop", session=session["id"], timeoutMs=300)
    assert "--force" in error.fix, error
    ended = client().call("session.stop", session=session["id"], force=True)
    equal((ended["exitCode"], ended["reason"]), (137, "killed by SIGKILL"), "end")
    assert not is_alive(session["pid"])
    wait_until(lambda: not is_alive(session["holderPid"]), "the holder ends")


def test_forget():
    """session.forget removes an ended session, and refuses a running one"""
    session = start("exec cat")
    client().fails("exists", "session.forget", session=session["id"])
    stop(session)
    client().call("session.forget", session=session["id"])
    client().fails("notFound", "session.get", session=session["id"])
    equal(daemon().rows("SELECT count(*) FROM session WHERE id = ?", session["id"]), [(0,)], "rows")
    equal(daemon().rows("SELECT count(*) FROM record WHERE session = ?", session["id"]), [(0,)], "records")
    client().fails("invalid", "session.forget")


def test_write_and_keys():
    """session.write and session.keys send bytes and keys; cursor keys follow the agent's mode"""
    session = start("stty raw -echo; echo ready; exec cat -v")
    wait_text(session, "ready")
    call = lambda method, **params: client().call(method, session=session["id"], **params)
    call("session.write", text="plain\u00e9")
    call("session.write", base64=base64.b64encode(b"\x00\x01").decode())
    call("session.keys", keys=["C-c", "Up", "F5", "M-x", "S-Up", "BSpace", "Escape", "literal", "Enter"])
    wait_text(session, "plain", **{"from": 0})
    wait_text(session, r"literal\^M", **{"from": 0})
    text = call("session.screen")["text"]
    expected = "plainM-CM-)^@^A^C^[[A^[[15~^[x^[[1;2A^?^[literal^M"
    assert expected in text.replace("\n", ""), text
    client().fails("invalid", "session.write", session=session["id"])
    client().fails("invalid", "session.write", session=session["id"], text="a", base64="YQ==")
    client().fails("invalid", "session.write", session=session["id"], base64="not base64!")
    client().fails("unsupported", "session.write", session=session["id"], end=True)
    stop(session)
    session = start("stty raw -echo; printf '\\033[?1h'; echo ready; exec cat -v")
    wait_text(session, "ready")
    client().call("session.keys", session=session["id"], keys=["Up", "Home"])
    wait_text(session, r"\^\[OA\^\[OH")
    stop(session)


def test_send_to_a_command():
    """session.send types a prompt line and answers with the offset of what follows"""
    session = start("while read line; do echo \"<$line>\"; done")
    result = client().call("session.send", session=session["id"], text="hello there")
    match = wait_text(session, "^<", **{"from": result["offset"]})
    equal(match["match"], "<hello there>", "match")
    client().call("session.send", session=session["id"], text="not yet", submit=False)
    client().call("session.keys", session=session["id"], keys=["Enter"])
    wait_text(session, "<not yet>")
    stop(session)


def test_send_not_taken():
    """session.send fails with notTaken when the agent shows no reaction"""
    session = start("stty -echo raw; echo ready; exec sleep 1000")
    wait_text(session, "ready")
    start_time = time.monotonic()
    client().fails("notTaken", "session.send", session=session["id"], text="anybody there?", timeoutMs=700)
    assert time.monotonic() - start_time < 30
    stop(session)


def test_send_to_an_agent_with_notes():
    """session.send waits for readiness, pastes in brackets, and knows by the note that it was taken"""
    session = start_claude(SLOW_START="0.5", WORK="1.5")
    result = client().call("session.send", session=session["id"], text="first\nsecond\x1b[201~\x1b[A\tend")
    busy = client().call("session.get", session=session["id"])
    equal(busy["activity"], "busy", "activity")
    equal(busy["nativeId"], "0-native", "nativeId")
    match = wait_text(session, "answer to", **{"from": result["offset"]})
    assert "answer to first|second[A\tend" in match["match"], match
    idle = client().call("session.wait", session=session["id"], **{"for": "idle"}, quietMs=100, timeoutMs=40000)
    equal(idle["session"]["activity"], "idle", "activity")
    # Two at once are delivered one after the other.
    numbers = [client().send("session.send", session=session["id"], text=f"prompt {i}") for i in range(2)]
    for number in numbers:
        client().answer(number, "session.send")
    wait_text(session, "answer to prompt 1")
    ended = client().call("session.stop", session=session["id"])
    equal(ended["resumable"], True, "resumable")


def test_send_to_a_deaf_agent():
    """without the note that the prompt was taken, session.send fails with notTaken"""
    session = start_claude(DEAF="1")
    client().fails("notTaken", "session.send", session=session["id"], text="hello", timeoutMs=1500)
    stop(session)


def test_question():
    """a question makes the session wait, refuses prompts, and its answer makes it work again"""
    session = start_claude(QUESTION="1")
    wait_until(lambda: client().call("session.get", session=session["id"])["activity"] == "waiting", "waiting")
    error = client().fails("notTaken", "session.send", session=session["id"], text="hello", timeoutMs=1500)
    assert "question" in error.message, error
    waited = client().call("session.wait", session=session["id"], **{"for": "idle"}, timeoutMs=40000)
    equal(waited["session"]["activity"], "waiting", "activity after wait idle")
    client().call("session.keys", session=session["id"], keys=["1"])
    wait_until(lambda: client().call("session.get", session=session["id"])["activity"] != "waiting", "going on")
    client().call("session.send", session=session["id"], text="hello")
    stop(session)


def test_resume():
    """session.resume starts the agent again with its own id, in the same place and under the same name"""
    session = start_claude(NATIVE="12345678-1234-4321-8765-123456789abc")
    wait_until(lambda: client().call("session.get", session=session["id"])["nativeId"], "the native id")
    environment = ["PATH=" + daemon().directory + "/bin:" + os.path.dirname(sys.executable) + ":/usr/bin:/bin",
                   "HOME=" + daemon().directory, "TERM=xterm", "HOOK_PROGRAM=" + BUILD + "/happy-hook"]
    client().fails("exists", "session.resume", session=session["id"], environment=environment)
    stop(session)
    resumed = client().call("session.resume", session=session["id"], environment=environment)
    equal(resumed["resumedFrom"], session["id"], "resumedFrom")
    equal((resumed["name"], resumed["directory"]), (session["name"], session["directory"]), "place")
    assert "12345678-1234-4321-8765-123456789abc" in resumed["command"], resumed["command"]
    stop(resumed)
    shell = start("true")
    client().call("session.wait", session=shell["id"], **{"for": "exit"}, timeoutMs=40000)
    client().fails("unsupported", "session.resume", session=shell["id"], environment=environment)


def test_screen():
    """session.screen gives text, colours on demand, cursor, alternate screen and title"""
    session = start("printf '\\033]2;a title\\007\\033[31mred\\033[0m plain\\r\\n'; printf 'x'; exec cat")
    wait_text(session, "red plain")
    screen = client().call("session.screen", session=session["id"])
    assert screen["text"].startswith("red plain\nx\n"), screen["text"]
    equal(screen["cursor"], {"column": 1, "row": 1, "visible": True}, "cursor")
    equal((screen["columns"], screen["rows"], screen["alternate"]), (80, 24, False), "size")
    coloured = client().call("session.screen", session=session["id"], colours=True)["text"]
    assert "\x1b[" in coloured and "red" in coloured, coloured
    wait_until(lambda: client().call("session.get", session=session["id"])["title"] == "a title", "the title")
    stop(session)
    kept = client().call("session.screen", session=session["id"])
    assert kept["text"].startswith("red plain\nx"), kept
    equal(kept["title"], "a title", "title of an ended session")
    assert "\x1b[" in client().call("session.screen", session=session["id"], colours=True)["text"]


def test_history():
    """session.history numbers lines from 0, pages, counts from the end, also of an ended session"""
    session = start("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; read x")
    wait_text(session, "line 2999")

    def check():
        history = lambda **params: client().call("session.history", session=session["id"], **params)
        page = history()
        equal((page["first"], page["next"], page["oldest"], len(page["lines"])), (0, 1000, 0, 1000), "first page")
        equal([line["text"] for line in page["lines"]], [f"line {i}" for i in range(1000)], "lines")
        page = history(first=2990, count=5)
        equal([line["text"] for line in page["lines"]], [f"line {i}" for i in range(2990, 2995)], "lines")
        page = history(first=0, count=100000)
        equal([line["text"] for line in page["lines"]][:3000], [f"line {i}" for i in range(3000)], "all lines")
        page = history(first=-10, count=10, screen=False)
        numbers = range(page["first"], page["first"] + 10)
        equal([line["text"] for line in page["lines"]], [f"line {i}" for i in numbers], "the last lines")
        assert page["end"] < 3000, page["end"]
        equal(history(first=10 ** 9)["lines"], [], "lines behind the end")

    check()
    stop(session)
    check()
    client().fails("invalid", "session.history", session=session["id"], count=0)


def test_resize_and_detach():
    """session.resize changes the terminal's size; session.detach counts those sent away"""
    session = start("trap 'stty size' WINCH; echo on; while :; do sleep 0.05; done")
    wait_text(session, "on")
    client().call("session.resize", session=session["id"], columns=132, rows=43)
    wait_text(session, "43 132")
    equal(client().call("session.get", session=session["id"])["columns"], 132, "columns")
    equal(client().call("session.detach", session=session["id"]), {"detached": 0}, "detached")
    stop(session)


def test_wait_exit():
    """session.wait exit answers with the ended session, also when it had ended before"""
    session = start("sleep 0.2; exit 5")
    number = client().send("session.wait", session=session["id"], **{"for": "exit"})
    equal(client().answer(number)["session"]["exitCode"], 5, "exit code")
    waited = client().call("session.wait", session=session["id"], **{"for": "exit"})
    equal(waited["session"]["exitCode"], 5, "exit code")


def test_wait_idle():
    """session.wait idle waits for silence as long as asked"""
    session = start("i=0; while [ $i -lt 15 ]; do echo $i; sleep 0.1; i=$((i+1)); done; exec cat")
    start_time = time.monotonic()
    client().call("session.wait", session=session["id"], **{"for": "idle"}, quietMs=1800, timeoutMs=20000)
    lasted = time.monotonic() - start_time
    assert 3.0 < lasted < 19, lasted
    assert "14" in client().call("session.screen", session=session["id"])["text"]
    error = client().fails("timeout", "session.wait", session=session["id"], **{"for": "text"}, pattern="never",
                           timeoutMs=100)
    assert error.fix, error
    stop(session)
    client().fails("ended", "session.wait", session=session["id"], **{"for": "idle"})


def test_wait_text():
    """session.wait text sees the screen, fast output, drawn text and coloured output"""
    session = start("read x; seq 1 200000; printf '\\033[31mco\\033[32mlour\\033[0med\\n'; "
                    "printf '\\033[5;10Hdrawn'; printf '\\033[5;15Htext'; read y; exit 0")
    number = client().send("session.wait", session=session["id"], **{"for": "text"}, pattern="^77777$")
    time.sleep(1)  # nothing tells that the output is followed by now
    client().call("session.write", session=session["id"], text="\n")
    answer = client().answer(number, "session.wait")
    equal(answer["match"], "77777", "match")
    equal(wait_text(session, "drawntext")["match"].strip(), "drawntext", "drawn text")
    # What scrolled away counts when the offset says so, colours do not matter.
    equal(wait_text(session, "^coloured$", **{"from": answer["offset"]})["match"], "coloured", "coloured text")
    error = client().fails("invalid", "session.wait", session=session["id"], **{"for": "text"}, pattern="(")
    assert "regular expression" in error.message and error.fix, error
    client().fails("invalid", "session.wait", session=session["id"], **{"for": "text"})
    number = client().send("session.wait", session=session["id"], **{"for": "text"}, pattern="never said")
    time.sleep(0.1)
    client().call("session.write", session=session["id"], text="\n")
    try:
        client().answer(number)
        raise AssertionError("the wait was answered")
    except ApiError as error:
        equal(error.code, "ended", "code")


def test_subscribe_events():
    """session.subscribe tells events of one or all sessions, and goes on behind a number"""
    with Client(daemon().socket) as watcher:
        everything = watcher.call("session.subscribe")
        session = start("echo on; read x; exit 3")
        watcher.call("session.subscribe", session=session["id"], after=everything["sequence"])
        client().call("session.resize", session=session["id"], columns=99, rows=33)
        client().call("session.write", session=session["id"], text="\n")
        seen = {1: [], 2: []}
        while not all(events and events[-1]["type"] == "ended" for events in seen.values()):
            params = watcher.notification()["params"]
            seen[params["subscription"]].append(params)
        for events in seen.values():
            equal([event["sequence"] for event in events], sorted({event["sequence"] for event in events}), "order")
            types = [event["type"] for event in events]
            assert types[0] == "started" and "resized" in types and "activity" in types, types
            equal(events[-1]["data"], {"state": "ended", "reason": "exited with status 3", "exitCode": 3}, "data")
        equal([event["sequence"] for event in seen[1]], [event["sequence"] for event in seen[2]], "numbers")
        middle = seen[2][1]["sequence"]
        watcher.call("session.subscribe", session=session["id"], after=middle)
        rest = [watcher.notification()["params"]["sequence"] for _ in seen[2][2:]]
        equal(rest, [event["sequence"] for event in seen[2][2:]], "the rest")
        watcher.call("session.unsubscribe", subscription=1)
        watcher.fails("notFound", "session.unsubscribe", subscription=1)
        watcher.fails("invalid", "session.subscribe", output=True)
        watcher.fails("invalid", "session.subscribe", session=session["id"], events=False)


def collect(watcher):
    """Output (checked for offsets) and event types until the session's end."""
    output, types, offset = b"", [], None
    while not types or types[-1] != "ended":
        message = watcher.notification()
        if message["method"] == "session.output":
            at, data = output_of(message)
            assert offset is None or at == offset, (at, offset)
            output += data
            offset = at + len(data)
        elif message["method"] == "session.event":
            types.append(message["params"]["type"])
        else:
            raise AssertionError(message)
    return output, types


def test_subscribe_output():
    """session.subscribe streams output from an offset on, and the end comes behind all of it"""
    session = start("echo first; read x; seq 1 20000; exit 0")
    wait_until(lambda: client().call("session.screen", session=session["id"])["cursor"]["row"] == 1, "a line")
    expected = b"first\r\n\r\n" + b"".join(b"%d\r\n" % number for number in range(1, 20001))
    with Client(daemon().socket) as watcher, Client(daemon().socket) as late:
        answer = watcher.call("session.subscribe", session=session["id"], output=True, after=0, **{"from": 0})
        equal(answer["offset"], 0, "offset")
        now = late.call("session.subscribe", session=session["id"], output=True)
        equal(now["offset"], len(b"first\r\n"), "offset of now")
        client().call("session.write", session=session["id"], text="\n")
        output, types = collect(watcher)
        equal(output, expected, "output")
        equal(collect(late)[0], expected[len(b"first\r\n"):], "output from now on")
    # It has ended and its holder is gone: the same comes from the disk.
    wait_until(lambda: not is_alive(session["holderPid"]), "the holder ends")
    with Client(daemon().socket) as watcher:
        watcher.call("session.subscribe", session=session["id"], output=True, after=0, **{"from": 5})
        equal(collect(watcher)[0], expected[5:], "kept output")


def test_pipes():
    """a session on pipes: both streams, end of input, and no agent waits for a reader"""
    session = start("echo problem >&2; sort; seq 1 700000; echo end >&2", terminal=False)
    with Client(daemon().socket) as watcher:
        watcher.call("session.subscribe", session=session["id"], output=True, after=0, **{"from": 0})
        client().call("session.write", session=session["id"], text="b\na\n")
        client().call("session.write", session=session["id"], end=True)
        streams = {"output": b"", "error": b""}
        while True:
            message = watcher.notification()
            if message["method"] == "session.output":
                offset, data = output_of(message)
                stream = message["params"]["stream"]
                equal(offset, len(streams[stream]), "offset")
                streams[stream] += data
            elif message["method"] == "session.gap":
                raise AssertionError(message)
            elif message["params"]["type"] == "ended":
                break
    equal(streams["error"], b"problem\nend\n", "errors")
    equal(streams["output"], b"a\nb\n" + b"".join(b"%d\n" % number for number in range(1, 700001)), "output")
    client().fails("unsupported", "session.resize", session=start("exec cat", terminal=False)["id"], columns=9, rows=9)


def test_ambiguous():
    """a prefix that fits several sessions is ambiguous, one that fits none is not found"""
    sessions = [start("exec cat") for _ in range(3)]
    wanted = sessions[0]["id"]
    equal(client().call("session.get", session=wanted[:5])["id"], wanted, "session of a prefix")
    ids = [row[0] for row in daemon().rows("SELECT id FROM session")]
    twins = [a[:2] for a in ids for b in ids if a < b and a[:2] == b[:2]]
    for prefix in twins[:1]:
        client().fails("ambiguous", "session.get", session=prefix)
    client().fails("notFound", "session.get", session=wanted[0])
    for session in sessions:
        stop(session)


def test_limits_of_one_connection():
    """256 unanswered requests and 64 subscriptions are the most of one connection"""
    session = start("exec cat")
    with Client(daemon().socket) as busy:
        numbers = [busy.send("session.wait", session=session["id"], **{"for": "exit"}) for _ in range(300)]
        late = busy.send("daemon.status")
        busy.socket.settimeout(0.5)
        try:
            busy.answer(late)
            raise AssertionError("request 301 was answered")
        except TimeoutError:
            pass
        busy.socket.settimeout(60)
        stop(session)
        for number in numbers:
            busy.answer(number)
        busy.answer(late)
        for _ in range(64):
            busy.call("session.subscribe")
        busy.fails("limit", "session.subscribe")


def test_costly_patterns():
    """a pattern that would take all memory or time is refused, an ordinary one with repeats is not"""
    session = start("echo 10.0.0.1 0123abcd-0123; exec cat")
    for pattern in ("((((a{1,100}){1,100}){1,100}){1,100})", "a{1,30000}", "a{100}{100}{100}", "(a{,200}){200,}",
                    r"(.*)(.*)\1\2x", "(" * 500 + "a" + ")" * 500):
        client().fails("invalid", "session.wait", session=session["id"], **{"for": "text"}, pattern=pattern)
    for pattern in (r"([0-9]{1,3}\.){3}[0-9]{1,3}", r"[0-9a-f]{8}-[^]({]{4}", r"\.0\.1"):
        client().call("session.wait", session=session["id"], **{"for": "text"}, pattern=pattern, timeoutMs=40000)
    # These would stop a daemon that used regcomp(3) and regexec(3), for minutes.
    never = {"session": session["id"], "for": "text", "timeoutMs": 300}
    client().fails("timeout", "session.wait", **never, pattern=r"(^|$|\b)*" * 8 + "never")
    client().call("session.resize", session=session["id"], columns=400, rows=100)
    client().call("session.write", session=session["id"], text=("abcd" * 90 + "\n") * 200 + "all of it\n")
    wait_text(session, "^all of it")
    error = client().fails("limit", "session.wait", **never, pattern="(.*[ab]){250}never")
    assert "pattern" in error.message and error.fix, error
    client().call("daemon.status")
    stop(session)
    client().fails("limit", "session.wait", **never, pattern="(.*[ab]){250}never")


def test_title_that_is_not_utf8():
    """a title of any bytes leaves the session object well-formed"""
    session = start("printf '\\033]2;caf\\351\\007'; exec cat")
    wait_until(lambda: client().call("session.get", session=session["id"])["title"] == "caf\ufffd", "the title")
    stop(session)


def test_messages_that_are_cut():
    """an error message that quotes a long text is well-formed, wherever the text was cut"""
    for lead in ("", "x", "xx", "xxx"):
        client().fails("notFound", "session.get", session=lead + "\u20ac\U0001f600" * 300)
        client().fails("invalid", "session.start", **{**daemon().shell("true"), "directory": lead + "\u20ac" * 300})


def test_many_followers():
    """waits for text leave room for a terminal"""
    session = start("exec cat")
    never = {"session": session["id"], "for": "text", "pattern": "never"}
    with Client(daemon().socket) as many:
        for _ in range(40):
            many.send("session.wait", **never)
        many.fails("limit", "session.wait", **never)
    client().fails("timeout", "session.wait", **never, timeoutMs=1)
    stop(session)


def test_client_that_does_not_read():
    """a client that asks and never reads loses its connection, and nobody else notices"""
    with Client(daemon().socket) as deaf:
        try:
            for _ in range(100):
                deaf.socket.sendall(b"x\n" * 10000)
            raise AssertionError("a million answers were queued")
        except ConnectionError:
            pass
    client().call("daemon.status")
    assert daemon().process.poll() is None


def test_daemon_stop():
    """daemon.stop ends the daemon after its answer; agents go on"""
    session = start("exec cat")
    equal(client().call("daemon.stop"), {}, "answer")
    equal(daemon().process.wait(60), 0, "exit status")
    assert is_alive(session["pid"]) and not os.path.exists(daemon().socket)
    daemon().start()
    shared["client"] = daemon().client()
    equal(client().call("session.get")["state"], "running", "state")
    stop(session)


if __name__ == "__main__":
    try:
        tap.run(globals())
    finally:
        if "daemon" in shared:
            shared["daemon"].close()
