#!/usr/bin/env python3
"""Starting and ending: what the agent gets, what the holder tells, who dies with whom."""

import os
import resource
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from frames import Holder, Refused


def refusal(holder, *arguments, **options):
    try:
        holder.start(*arguments, **options)
    except Refused as refused:
        return refused.args
    raise AssertionError("the holder started it")


def lines_at_the_end(holder):
    """The screen's lines once "end" is one of them."""
    def lines():
        found = holder.control.screen()["lines"]
        return "end" in found and found
    return tap.wait_until(lines, "the end")


def test_environment_directory_and_terminal():
    """an agent gets its environment, directory, size and a login terminal's settings"""
    with Holder() as holder:
        holder.shell("env | sort; pwd; stty size; stty -a; tty; ps -o sid= -p $$; echo $$; echo end",
                     columns=97, rows=45, directory="/usr",
                     environment={"PATH": os.environ["PATH"], "A": "b c"})
        lines = lines_at_the_end(holder)
        assert "A=b c" in lines and "/usr" in lines and "45 97" in lines, lines
        text = " ".join(lines)
        for setting in (" icanon", " echo ", " isig", " iutf8", " ixon", " onlcr", " icrnl"):
            assert setting in text, setting
        assert any(line.startswith("/dev/pts/") for line in lines)
        shell = lines[lines.index("end") - 1]
        tap.equal(lines[lines.index("end") - 2].strip(), shell, "session of the agent")
        tap.equal(int(shell), holder.agent_pid, "its process id")


def test_limits_and_mask():
    """the agent keeps the user's umask and core limit, and inherits no descriptor or signal mask"""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    with Holder(umask=0o027) as holder:
        holder.shell("umask; ulimit -c; ls -l /proc/self/fd | grep -c -v '[ /]0 ->\\|1 ->\\|2 ->';"
                     "grep -E 'SigBlk|SigIgn' /proc/self/status; echo end", rows=40)
        lines = lines_at_the_end(holder)
        tap.equal(int(lines[0], 8), 0o027, "umask")
        soft = "unlimited" if before[0] == resource.RLIM_INFINITY else None
        assert lines[1] == soft or int(lines[1]) * 1024 >= before[0] - 1024, lines[1]
        # "total 0" and the descriptor of the directory that ls itself opened.
        tap.equal(lines[2], "2", "descriptors")
        for line in lines[3:5]:
            # The C library keeps signals 32 and 33 to itself.
            mask = int(line.split()[1], 16) & ~(3 << 31)
            tap.equal(mask, 0, line.split()[0])
        with open("/proc/%d/limits" % holder.process.pid) as file:
            core = [line for line in file if "core file" in line][0]
        tap.equal(core.split()[4], "0", "the holder's own core limit")
        mode = os.stat(holder.socket_path).st_mode & 0o777
        tap.equal(mode, 0o600, "mode of the socket")


def test_cannot_be_executed():
    """a program that cannot be executed is refused with the reason, and the holder ends"""
    cases = [
        (["/nonexistent/agent"], {}, "cannot execute /nonexistent/agent: No such file"),
        (["/etc/passwd"], {}, "cannot execute /etc/passwd: Permission denied"),
        (["/bin/true"], {"directory": "/nonexistent"}, "directory /nonexistent: No such file"),
    ]
    for arguments, options, expected in cases:
        with Holder() as holder:
            code, message = refusal(holder, arguments, **options)
            assert expected in message, message
            assert ";" in message, "no fix is named: " + message
            tap.equal(holder.process.wait(frames.DEADLINE), 0, "the holder's status")
            assert not os.path.exists(holder.socket_path), "the socket is left behind"
    with Holder() as holder:
        script = os.path.join(holder.directory, "script")
        with open(script, "w") as file:
            file.write("#!/nonexistent/interpreter\n")
        os.chmod(script, 0o755)
        assert "cannot execute" in refusal(holder, [script])[1]


def test_socket_cannot_be_made():
    """a socket that cannot be made, or on which somebody listens, is refused"""
    with Holder() as first, Holder() as second, Holder() as third:
        first.shell("cat")
        code, message = refusal(second, ["/bin/cat"], socket_path=first.socket_path)
        assert "another process listens" in message, message
        code, message = refusal(third, ["/bin/cat"], socket_path="/nonexistent/x.sock")
        assert "cannot listen" in message, message
        first.attach().type("still there\r")
        first.control.wait_screen("still there")


def test_second_start():
    """a second START is refused, and the agent goes on"""
    with Holder() as holder:
        holder.shell("cat")
        try:
            holder.shell("cat")
            raise AssertionError("started twice")
        except Refused as refused:
            assert "already" in refused.args[1]
        holder.new_control().type("here\r")
        holder.new_control().wait_screen("here")


def test_exits_at_once():
    """an agent that exits at once leaves its output and status until they are collected"""
    for script, kind, value in (("exit 0", 1, 0), ("echo out; exit 7", 1, 7),
                                ("kill -KILL $$", 2, 9), ("kill -SEGV $$", 2, 11)):
        with Holder() as holder:
            holder.shell(script)
            exited = holder.control.exited()
            tap.equal((exited["kind"], exited["value"]), (kind, value), script)
            assert abs(exited["at"] / 1000 - time.time()) < 60
            if "out" in script:
                tap.equal(holder.control.screen()["lines"][0], "out")
            # Whoever comes later is told, too.
            later = holder.new_control()
            tap.equal(later.exited()["value"], value)
            status = later.status()
            tap.equal((status["exit_kind"], status["exit_value"]), (kind, value))
            holder.control.send(frames.COLLECT)
            tap.equal(holder.process.wait(frames.DEADLINE), 0, "the holder's status")
            assert not os.path.exists(holder.socket_path), "the socket is left behind"


def test_last_output_is_not_lost():
    """everything that an agent wrote right before its end is there"""
    with Holder() as holder:
        holder.start(["seq", "30000"], history_lines=40000, history_bytes=1 << 22)
        holder.control.exited()
        lines = [line for _, line in holder.control.all_history(frames.HISTORY_WITH_SCREEN)]
        tap.equal([line for line in lines if line], [str(n) for n in range(1, 30001)], "lines")


def test_not_collected():
    """an ended agent's holder stays until it is collected"""
    with Holder() as holder:
        holder.shell("exit 3")
        holder.control.exited()
        holder.control.close()
        time.sleep(0.3)
        assert holder.process.poll() is None, "the holder went away"
        late = holder.new_control()
        tap.equal(late.exited()["value"], 3)
        late.send(frames.COLLECT)
        tap.equal(holder.process.wait(frames.DEADLINE), 0)


def test_killed_holder():
    """kill -9 of the holder ends its agent, also one that ignores SIGHUP"""
    for script in ("cat", "trap '' HUP TERM; while :; do sleep 1; done"):
        with Holder() as holder:
            pid = holder.shell(script)
            holder.control.status()
            holder.kill()
            tap.wait_until(lambda: not frames.is_alive(pid), "the end of the agent")


def test_daemon_goes_away():
    """the agent outlives the connection it was started on"""
    with Holder() as holder:
        holder.shell("cat")
        holder.control.close()
        again = holder.new_control()
        again.type("alive\r")
        again.wait_screen("alive")
        again.close()
        holder.new_control().wait_screen("alive")


def test_daemon_goes_away_before_start():
    """a holder that is never told to start ends"""
    with Holder() as holder:
        holder.control.close()
        tap.equal(holder.process.wait(frames.DEADLINE), 0)


def test_bad_arguments():
    """the program says how it is started when it is called by hand"""
    import subprocess
    program = os.path.join(frames.build_directory(), "happy-holder")
    for arguments in ([], ["id"], ["a", "b"]):
        result = subprocess.run([program] + arguments, stdin=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, close_fds=True)
        tap.equal(result.returncode, 2, "status with %r" % arguments)
        assert b"started by happyd" in result.stderr, result.stderr


def test_ignores_terminal_signals():
    """the holder ignores what a closing terminal or a dying peer sends"""
    with Holder() as holder:
        holder.shell("cat")
        for number in (signal.SIGHUP, signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT):
            holder.process.send_signal(number)
        holder.control.type("on\r")
        holder.control.wait_screen("on")


def test_pipes():
    """on pipes, output and errors are apart, and the end of the input reaches the agent"""
    with Holder() as holder:
        holder.shell("cat; echo problem >&2; exit 5", terminal=False)
        holder.control.follow(0, frames.STREAM_OUTPUT)
        holder.control.follow(0, frames.STREAM_ERROR)
        holder.control.type("one\ntwo\n")
        holder.control.poll(lambda: holder.control.outputs.get(1) == b"one\ntwo\n", "the echo")
        holder.control.send(frames.CLOSE_INPUT)
        tap.equal(holder.control.exited()["value"], 5)
        wanted = {1: b"one\ntwo\n", 2: b"problem\n"}
        holder.control.poll(lambda: holder.control.outputs == wanted, "all that was written")
        try:
            holder.attach()
            tap.equal(0, 1, "a terminal was attached to pipes")
        except Refused as refused:
            assert "without a terminal" in refused.args[1]
        except AssertionError:
            connection = holder.connections[-1]
            assert "without a terminal" in connection.expect_refused()[1]


def test_pipes_wait_for_the_reader():
    """on pipes nothing is lost: the agent waits until its output is processed"""
    size = 5 * 1024 * 1024
    with Holder() as holder:
        holder.python("import sys; sys.stdout.write('x' * %d + 'end')" % size, terminal=False)
        time.sleep(0.5)
        tap.equal(holder.control.take(frames.EXITED), None, "the end, before anything was read")
        holder.control.follow(0)
        taken = 0
        while not holder.control.outputs.get(1, b"").endswith(b"end"):
            holder.control.drain(0.01)
            if holder.control.output_next.get(1, 0) > taken:
                taken = holder.control.output_next[1]
                holder.control.processed(taken)
        tap.equal(len(holder.control.outputs[1]), size + 3)
        tap.equal(holder.control.gaps, [])
        tap.equal(holder.control.exited()["value"], 0)


tap.run(globals())
