#!/usr/bin/env python3
"""Runs inside the booted system, as root: happyd in the care of a real systemd."""
import json
import os
import pwd
import re
import signal
import subprocess
import sys
import time

USER = "dev"
LIMIT = 64 * 1024 * 1024
PATIENCE = 60  # seconds; an emulated machine is slow
failures = 0


def check(condition, what, detail=""):
    global failures
    print(("ok - " if condition else "not ok - ") + what, flush=True)
    if not condition:
        failures += 1
        for line in str(detail).splitlines():
            print("# " + line, flush=True)


def run(arguments, **options):
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=PATIENCE,
                          **options)


def until(condition, seconds=PATIENCE):
    """The first true value of condition(), or its last one when time runs out."""
    end = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return value


def account():
    return pwd.getpwnam(USER)


def as_user(*arguments):
    """Outside of any login session, as a timer or a service of the user's would run."""
    user = account()
    runtime = f"/run/user/{user.pw_uid}"
    return run(["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups",
                "env", "-i", "HOME=" + user.pw_dir, "USER=" + USER, "SHELL=/bin/bash",
                "PATH=/usr/local/bin:/usr/bin:/bin", "XDG_RUNTIME_DIR=" + runtime,
                f"DBUS_SESSION_BUS_ADDRESS=unix:path={runtime}/bus", *arguments],
               cwd=user.pw_dir)


def happyctl(*arguments):
    return as_user("happyctl", *arguments)


def systemctl(*arguments):
    return as_user("systemctl", "--user", *arguments)


def property_of(unit, name):
    return systemctl("show", "--value", "-p", name, unit).stdout.strip()


def main_pid():
    return int(property_of("happyd.service", "MainPID") or 0)


def session(name):
    """The session object of that name; None when there is none."""
    answer = happyctl("api", "session.list", '{"all":true}')
    try:
        sessions = json.loads(answer.stdout)["sessions"]
    except (ValueError, KeyError):
        return None
    found = [one for one in sessions if one["name"] == name]
    return found[-1] if found else None


def lives(pid):
    return bool(pid) and os.path.exists(f"/proc/{pid}")


def control_group(pid):
    with open(f"/proc/{pid}/cgroup", encoding="ascii") as file:
        return file.read().strip()


def history(name):
    return happyctl("log", name).stdout


def agent_works(name, number):
    """The agent still takes what is typed and its answer is recorded."""
    happyctl("api", "session.write",
             json.dumps({"session": name, "text": f"echo line-$(({number} + 0))\r"}))
    return until(lambda: f"line-{number}" in
                 [line.strip() for line in history(name).splitlines()])


def write_settings():
    home = os.path.join(account().pw_dir, ".happy")
    os.makedirs(home, mode=0o700, exist_ok=True)
    with open(os.path.join(home, "happyd.json"), "w", encoding="utf-8") as file:
        json.dump({"limits": {"memoryMax": LIMIT, "tasksMax": 100}}, file)
    run(["chown", "-R", USER + ":", home])


def test_install():
    """The user logs in, installs, is told of lingering, gets it, and logs out."""
    run(["useradd", "-m", "-s", "/bin/bash", USER])
    write_settings()
    login = subprocess.Popen(["su", "-l", USER, "-c", 'happyctl daemon install; echo "status $?"; '
                              'echo "session $XDG_SESSION_ID"; read -r word'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    said = ""
    while "session " not in said and (line := login.stdout.readline()):
        said += line
    check("status 0\n" in said, "happyctl daemon install succeeds", said)
    check(re.search(r"session \w+\n", said), "in a login session", said)
    check("loginctl enable-linger" in said, "it says that the user does not linger", said)
    done = run(["loginctl", "enable-linger", USER])
    check(done.returncode == 0, "the user is made to linger", done.stdout)
    login.communicate("\n", timeout=PATIENCE)
    for unit in ("happyd.socket", "happyd.service"):
        check(systemctl("is-enabled", unit).stdout.strip() == "enabled", unit + " is enabled")
    check(until(lambda: systemctl("is-active", "happyd.socket").stdout.strip() == "active"),
          "the socket listens", systemctl("status", "happyd.socket").stdout)


def test_activation():
    systemctl("stop", "happyd.service")
    check(until(lambda: not main_pid()), "happyd is stopped")
    done = happyctl("list")
    check(done.returncode == 0, "happyctl list answers", done.stdout)
    check(main_pid() > 0 and property_of("happyd.service", "ActiveState") == "active",
          "because the socket started happyd", systemctl("status", "happyd.service").stdout)
    check(property_of("happyd.service", "StatusText") != "", "happyd tells its status")
    status = json.loads(happyctl("api", "daemon.status", "{}").stdout)
    check(status["serviceManager"] == "systemd" and status["linger"] is True,
          "daemon.status knows of systemd and of lingering", status)
    check(status["pid"] == main_pid(), "and it is the one that systemd started", status)


def test_scope():
    done = run(["su", "-l", USER, "-c", "happyctl start -d -n one shell"])
    check(done.returncode == 0, "an agent is started from a login session", done.stdout)
    one = until(lambda: session("one"))
    check(bool(one) and one["state"] == "running", "it runs", one)
    scope = f"happy-{one['id']}.scope"
    for who in ("pid", "holderPid"):
        check(control_group(one[who]).endswith("/" + scope), f"its {who} is in {scope}",
              control_group(one[who]))
    check(property_of(scope, "MemoryMax") == str(LIMIT), "the scope has the memory limit",
          property_of(scope, "MemoryMax"))
    check(property_of(scope, "TasksMax") == "100", "and the limit of tasks")
    check(not re.search(r"session-.*\.scope", control_group(one["pid"])),
          "it is not in the login session's scope")


def test_log_out():
    one = session("one")
    until(lambda: USER not in run(["loginctl", "list-sessions", "--no-legend"]).stdout)
    check(USER not in run(["loginctl", "list-sessions", "--no-legend"]).stdout,
          "the login session is closed", run(["loginctl", "list-sessions"]).stdout)
    check(lives(one["pid"]) and agent_works("one", 1), "the agent outlives the log-out",
          history("one"))


def still_there(before, number, what):
    after = until(lambda: session("one"))
    check(bool(after) and after["state"] == "running" and after["pid"] == before["pid"] and
          after["holderPid"] == before["holderPid"] and lives(before["pid"]),
          "the agent outlives " + what, after)
    check(agent_works("one", number), "it goes on working", history("one"))
    lines = [line.strip() for line in history("one").splitlines()]
    expected = [f"line-{i}" for i in range(1, number + 1)]
    check([line for line in lines if line in expected] == expected,
          "and its history has neither gap nor repetition", "\n".join(lines))


def test_restart():
    before, daemon = session("one"), main_pid()
    done = systemctl("restart", "happyd.service")
    check(done.returncode == 0 and main_pid() not in (0, daemon), "happyd is restarted",
          done.stdout)
    still_there(before, 2, "systemctl --user restart happyd")


def test_stop():
    before = session("one")
    systemctl("stop", "happyd.service")
    check(lives(before["pid"]) and lives(before["holderPid"]),
          "the agent outlives systemctl --user stop happyd")
    still_there(before, 3, "that, and the next happyd takes it back")


def test_kill():
    before, daemon = session("one"), main_pid()
    os.kill(daemon, signal.SIGKILL)
    done = happyctl("list")
    check(done.returncode == 0 and main_pid() not in (0, daemon),
          "systemd replaces a happyd that was killed", done.stdout)
    still_there(before, 4, "kill -9 of happyd")


def test_watchdog():
    before = session("one")
    directory = os.path.join(account().pw_dir, ".config/systemd/user/happyd.service.d")
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "test.conf"), "w", encoding="utf-8") as file:
        file.write("[Service]\nWatchdogSec=4\n")
    systemctl("daemon-reload")
    systemctl("restart", "happyd.service")
    daemon = main_pid()
    time.sleep(6)  # longer than WatchdogSec: without its sign of life it would be replaced
    check(main_pid() == daemon, "happyd gives its sign of life to the watchdog")
    os.kill(daemon, signal.SIGSTOP)
    check(until(lambda: main_pid() not in (0, daemon)), "one that hangs is replaced",
          systemctl("status", "happyd.service").stdout)
    still_there(before, 5, "that")


def test_killed_holder():
    done = happyctl("start", "-d", "-n", "two", "shell")
    two = session("two")
    check(done.returncode == 0 and lives(two["holderPid"]), "a second agent runs", done.stdout)
    os.kill(two["holderPid"], signal.SIGKILL)
    lost = until(lambda: (now := session("two")) and now["state"] == "lost" and now)
    check(bool(lost), "kill -9 of its holder is reported", session("two"))
    check(until(lambda: not lives(two["pid"])), "and ended that agent")
    check(session("one")["state"] == "running", "but not the other one")


def test_memory_limit():
    with open("/sys/fs/cgroup/cgroup.controllers", encoding="ascii") as file:
        if "memory" not in file.read().split():
            print("ok - memory limit # SKIP this container is given no memory controller")
            return
    hungry = f"x = bytearray({2 * LIMIT}); import time; time.sleep(1000)"
    done = happyctl("start", "-d", "-n", "hungry", "--", "/usr/bin/python3", "-c", hungry)
    check(done.returncode == 0, "an agent that wants too much memory starts", done.stdout)
    ended = until(lambda: (now := session("hungry")) and now["state"] != "running" and now)
    check(bool(ended) and ended["state"] == "ended" and ended["exitCode"] == 128 + signal.SIGKILL,
          "the limit ends it", session("hungry"))
    check("SIGKILL" in (ended or {}).get("reason", ""), "and it is told why", ended)
    check(session("one")["state"] == "running", "the other agent goes on")


def test_scope_stop():
    happyctl("start", "-d", "-n", "stopped", "shell")
    stopped = session("stopped")
    done = systemctl("stop", f"happy-{stopped['id']}.scope")
    check(done.returncode == 0 and until(lambda: not lives(stopped["pid"])),
          "stopping a scope ends its agent", done.stdout)
    ended = until(lambda: (now := session("stopped")) and now["state"] != "running" and now)
    check(bool(ended) and ended["state"] == "ended" and "SIGHUP" in ended["reason"],
          "and the holder stays to tell how", session("stopped"))


def test_end():
    one = session("one")
    done = happyctl("stop", "one")
    check(done.returncode == 0 and until(lambda: not lives(one["pid"])), "the agent is stopped",
          done.stdout)
    check(until(lambda: "happy-" not in systemctl("list-units", "--all", "--no-legend",
                                                  "happy-*.scope").stdout),
          "no scope is left over", systemctl("list-units", "--all", "happy-*.scope").stdout)


def test_journal():
    lines = run(["journalctl", "--no-pager", "-o", "json", "_SYSTEMD_USER_UNIT=happyd.service"])
    entries = [json.loads(line) for line in lines.stdout.splitlines() if line.startswith("{")]
    check(bool(entries), "happyd logs to the journal", lines.stdout)
    check(all(not str(entry.get("MESSAGE")).startswith("<") for entry in entries),
          "with priorities, which do not show in the text")


def test_uninstall():
    happyctl("start", "-d", "-n", "three", "shell")
    three = session("three")
    done = happyctl("daemon", "uninstall")
    check(done.returncode == 0, "happyctl daemon uninstall succeeds", done.stdout)
    left = [name for _, _, names in os.walk(os.path.join(account().pw_dir, ".config/systemd/user"))
            for name in names if name in ("happyd.service", "happyd.socket")]
    check(not left, "no unit and no link is left", left)
    check(until(lambda: systemctl("is-active", "happyd.service").stdout.strip() != "active" and
                not main_pid()), "happyd is no longer under systemd")
    check(lives(three["pid"]), "the agent goes on")
    done = happyctl("list")
    check(done.returncode == 0 and "three" in done.stdout, "happyctl starts happyd itself again",
          done.stdout)
    happyctl("stop", "three")
    happyctl("daemon", "stop")


def main():
    for test in (test_install, test_activation, test_scope, test_log_out, test_restart, test_stop,
                 test_kill, test_watchdog, test_killed_holder, test_memory_limit, test_scope_stop,
                 test_end, test_journal, test_uninstall):
        try:
            test()
        except Exception as error:  # the tests after it still tell something
            check(False, test.__name__, f"{type(error).__name__}: {error}")
    if failures:
        print("# journal:")
        print(run(["journalctl", "--no-pager", "-q", "-n", "100",
                   f"_UID={account().pw_uid}"]).stdout, flush=True)
    print(f"result: {failures} failures", flush=True)


sys.exit(main())
