#!/usr/bin/env python3
"""Control connections: output by offset, history, notes, activity, signals, the end."""

import os
import signal
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from frames import Holder, Refused


def test_follow_by_offset():
    """output is followed from any offset that is kept, without gap or repetition"""
    with Holder() as holder:
        holder.shell("stty raw -echo; echo ready; exec cat")
        holder.control.wait_screen("ready")
        holder.control.follow(0)
        for number in range(100):
            holder.control.type("%03d\n" % number)
        expected = b"".join(b"%03d\n" % n for n in range(100))
        holder.control.poll(lambda: holder.control.outputs.get(1, b"").endswith(b"099\n"), "echo")
        assert holder.control.outputs[1].endswith(expected)
        end = holder.control.output_next[1]
        late = holder.new_control()
        late.follow(end - 10)
        late.poll(lambda: late.outputs.get(1), "the last bytes")
        tap.equal(late.outputs[1], expected[-10:])
        late.send(frames.UNFOLLOW, struct.pack(">B", 1))
        late.status()
        live = holder.new_control()
        live.follow(frames.OFFSET_NOW)
        live.status()
        holder.control.type("more\n")
        live.poll(lambda: live.outputs.get(1) == b"more\n", "what comes next")
        late.drain(0.1)
        tap.equal(late.outputs[1], expected[-10:], "after UNFOLLOW")


def test_gap():
    """bytes that are no longer kept are told as a gap, and what follows is exact"""
    with Holder() as holder:
        holder.shell("stty raw -echo; seq 200000; exec cat")
        whole = b"".join(b"%d\n" % n for n in range(1, 200001))
        tap.wait_until(lambda: holder.control.status()["output_next"] == len(whole), "the output")
        status = holder.control.status()
        assert status["output_first"] > 0
        holder.control.follow(5)
        holder.control.poll(lambda: holder.control.output_next.get(1) == len(whole), "the rest")
        tap.equal(holder.control.gaps, [(1, 5, status["output_first"])])
        assert holder.control.outputs[1] == whole[status["output_first"]:]


def test_slow_follower():
    """a follower that does not read costs neither memory nor time, and is told its gap"""
    with Holder() as holder:
        holder.shell("stty raw -echo; echo ready; exec cat")
        holder.control.wait_screen("ready")
        slow = holder.new_control()
        slow.follow(6)
        chunk = b"x" * 60000
        for number in range(60):
            holder.control.type(chunk)
        total = 6 + 60 * len(chunk)
        tap.wait_until(lambda: holder.control.status()["output_next"] == total, "the output")
        if not frames.has_sanitizers():
            memory = frames.memory_of(holder.process.pid)
            assert memory < 5000, memory
        slow.poll(lambda: slow.output_next.get(1) == total, "all")
        assert slow.gaps, "no gap was told"
        kept = len(slow.outputs[1])
        missing = sum(last - first for _, first, last in slow.gaps)
        tap.equal(6 + kept + missing, total)


def test_history():
    """history has absolute numbers, bounds, colours on request, and the screen behind it"""
    with Holder() as holder:
        holder.shell("stty -echo; for i in $(seq 50); do printf '\\033[3%dmline %d\\033[m\\n' "
                     "$((i % 8)) $i; done; printf %0100d 7; echo; "
                     "printf '\\033]2;shown\\033\\\\'; read x", rows=10)
        tap.wait_until(lambda: holder.control.status()["title"] == "shown", "the output")
        part = holder.control.history(5, 3)
        tap.equal((part["first"], part["count"]), (5, 3))
        tap.equal(part["lines"], [(0, "line 6"), (0, "line 7"), (0, "line 8")])
        coloured = holder.control.history(5, 1, frames.HISTORY_COLOURS)
        tap.equal(coloured["lines"], [(0, "\x1b[36mline 6\x1b[m")])
        whole = holder.control.history(0, 1000, frames.HISTORY_WITH_SCREEN)
        tap.equal([line for _, line in whole["lines"][:50]],
                  ["line %d" % n for n in range(1, 51)])
        tap.equal(whole["lines"][50:53], [(0, "0" * 80), (1, "0" * 19 + "7"), (0, "")])
        # The number of a line does not change when it leaves the screen.
        only = holder.control.history(0, 1000)
        tap.equal(whole["lines"][:only["count"]], only["lines"])
        tap.equal(only["next"], holder.control.status()["history_next"])
        beyond = holder.control.history(10000, 5)
        tap.equal((beyond["count"], beyond["first"]), (0, only["next"]))
        tap.equal(holder.control.history(0, 0)["count"], 0)


def test_history_bounds():
    """history is bounded by lines and by bytes, and the numbers go on"""
    for lines, size in ((100, 1 << 20), (100000, 5000), (0, 1 << 20), (100, 0)):
        with Holder() as holder:
            holder.shell("seq 5000; printf '\\033]2;done\\033\\\\'; read x", history_lines=lines,
                         history_bytes=size)
            tap.wait_until(lambda: holder.control.status()["title"] == "done", "the output")
            status = holder.control.status()
            tap.equal(status["history_next"], 5000 - 23)
            kept = status["history_next"] - status["history_first"]
            if lines == 100 and size:
                tap.equal(kept, 100)
            elif lines and size:
                assert 800 < kept < 1300, kept
            else:
                tap.equal(kept, 0)
            part = holder.control.history(0, 3)
            if kept:
                tap.equal(part["lines"][0], (0, str(status["history_first"] + 1)))


def test_notes():
    """notes of hooks are kept until acknowledged, and told again to each new control"""
    with Holder() as holder:
        holder.shell("cat")
        holder.control.close()
        hook = holder.connect()
        hook.hello(frames.ROLE_HOOK)
        for number in range(1, 4):
            hook.send(frames.NOTE, b"note %d" % number)
            tap.equal(frames.Reader(hook.expect(frames.NOTED)).take("Q"), number)

        def notes(connection, count):
            found = []
            for _ in range(count):
                reader = frames.Reader(connection.expect(frames.NOTE_IS))
                sequence, at = reader.take("Qq")
                assert abs(at / 1000 - time.time()) < 60
                found.append((sequence, reader.rest()))
            return found

        control = holder.new_control()
        expected = [(n, b"note %d" % n) for n in range(1, 4)]
        tap.equal(notes(control, 3), expected)
        control.close()
        control = holder.new_control()
        tap.equal(notes(control, 3), expected, "told again")
        control.send(frames.NOTE_ACK, struct.pack(">Q", 2))
        hook.send(frames.NOTE, b"live")
        tap.equal(notes(control, 1), [(4, b"live")])
        control.status()
        control.close()
        control = holder.new_control()
        tap.equal(notes(control, 2), [(3, b"note 3"), (4, b"live")])


def test_notes_are_bounded():
    """when too many notes wait, a new one is refused to its hook; the old ones stay"""
    with Holder() as holder:
        holder.shell("cat")
        holder.control.close()
        hook = holder.connect()
        hook.hello(frames.ROLE_HOOK)
        for number in range(512):
            hook.send(frames.NOTE, b"%d" % number)
            hook.expect(frames.NOTED)
        hook.send(frames.NOTE, b"one too many")
        assert "no room" in hook.expect_refused()[1]
        control = holder.new_control()
        for number in range(512):
            reader = frames.Reader(control.expect(frames.NOTE_IS))
            reader.take("Qq")
            tap.equal(reader.rest(), b"%d" % number)
        control.send(frames.NOTE_ACK, struct.pack(">Q", 512))
        control.status()
        big = holder.connect()
        big.hello(frames.ROLE_HOOK)
        for number in range(16):
            big.send(frames.NOTE, b"x" * (256 * 1024))
            big.expect(frames.NOTED)
        big.send(frames.NOTE, b"x")
        assert "no room" in big.expect_refused()[1]
        longer = holder.connect()
        longer.hello(frames.ROLE_HOOK)
        longer.send(frames.NOTE, b"x" * (256 * 1024 + 1))
        assert "longer" in longer.expect_refused()[1]


def test_activity():
    """activity is told when it begins and when the agent has been quiet, and only then"""
    with Holder() as holder:
        holder.shell("stty -echo; echo ready; while read x; do echo $x; done", quiet_ms=300)

        def activity():
            return frames.Reader(holder.control.expect(frames.ACTIVITY)).take("BqQ")

        holder.control.wait_screen("ready")
        while activity()[0]:
            pass
        begin = time.monotonic()
        holder.control.type("now\n")
        active, at, count = activity()
        tap.equal(active, 1)
        active, at, count = activity()
        tap.equal(active, 0)
        assert time.monotonic() - begin >= 0.3, "it was not quiet for so long"
        assert abs(at / 1000 - time.time()) < 10
        tap.equal(count, holder.control.status()["output_next"])
        holder.control.drain(0.5)
        tap.equal(holder.control.take(frames.ACTIVITY), None, "more of it")


def test_no_wake_ups_when_idle():
    """an idle holder does not wake up"""
    with Holder() as holder:
        holder.shell("echo ready; exec cat", quiet_ms=100)
        holder.attach()
        holder.control.wait_screen("ready")

        def switches():
            with open("/proc/%d/status" % holder.process.pid) as file:
                return [line for line in file if line.startswith("voluntary_ctxt")][0]

        def settled():
            before = switches()
            time.sleep(0.5)
            return switches() == before
        tap.wait_until(settled, "an idle holder")
        before = switches()
        time.sleep(2)
        tap.equal(switches(), before)


def test_signals():
    """signals reach the group, or everything that the agent started"""
    with Holder() as holder:
        holder.shell("trap 'echo caught' TERM; echo ready; while :; do sleep 0.05; done")
        holder.control.wait_screen("ready")
        holder.control.signal(signal.SIGTERM)
        holder.control.wait_screen("caught")
        holder.control.signal(signal.SIGKILL)
        exited = holder.control.exited()
        tap.equal((exited["kind"], exited["value"]), (2, signal.SIGKILL))
    with Holder() as holder:
        # Children in sessions of their own, one of them an orphan.
        holder.shell("setsid sleep 1000 & echo a $!; (setsid sleep 1001 & echo b $!); "
                     "trap '' TERM; echo ready; while :; do sleep 1; done")
        text = holder.control.wait_screen("ready")["text"].split()
        pids = [int(text[text.index(mark) + 1]) for mark in ("a", "b")]
        for pid in pids:
            tap.wait_until(lambda: frames.is_alive(pid), "the child")
        holder.control.signal(signal.SIGKILL, frames.SIGNAL_TREE)
        tap.equal(holder.control.exited()["value"], signal.SIGKILL)
        for pid in pids:
            tap.wait_until(lambda: not frames.is_alive(pid), "the end of a child")
        holder.control.status()


def test_malformed_signal():
    """a signal that does not exist costs the sender its connection"""
    with Holder() as holder:
        holder.shell("cat")
        for payload in (struct.pack(">IB", 1000, 1), struct.pack(">IB", 9, 3), b"\0\0\0\x09"):
            control = holder.new_control()
            control.send(frames.SIGNAL, payload)
            assert "malformed" in control.expect_refused()[1]
        holder.control.status()


def test_collect_while_running():
    """COLLECT before the end changes nothing"""
    with Holder() as holder:
        holder.shell("cat")
        holder.control.send(frames.COLLECT)
        holder.control.type("on\r")
        holder.control.wait_screen("on")


def test_read_only_and_roles():
    """a role can only send what is its own"""
    with Holder() as holder:
        holder.shell("cat")
        for kind in (frames.SIGNAL, frames.GET_STATUS, frames.COLLECT, frames.START, frames.FOLLOW,
                     frames.DETACH_ALL, frames.NOTE):
            terminal = holder.attach()
            terminal.send(kind)
            assert "not allowed" in terminal.expect_refused()[1], kind
        hook = holder.connect()
        hook.hello(frames.ROLE_HOOK)
        hook.send(frames.INPUT, b"x")
        assert "not allowed" in hook.expect_refused()[1]
        control = holder.new_control()
        control.send(frames.START)
        assert "not allowed" in control.expect_refused()[1]


tap.run(globals())
