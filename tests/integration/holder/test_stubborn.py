#!/usr/bin/env python3
"""Agents that misbehave, and pastes that they do not read."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from frames import Holder


def test_flood():
    """an agent that floods its terminal takes no memory, keys reach it, and it can be ended"""
    with Holder() as holder:
        holder.python("import os, signal, sys, threading, tty\ntty.setraw(0)\n"
                      "def read():\n"
                      "    while os.read(0, 1) != b'q': pass\n"
                      "    os._exit(3)\n"
                      "threading.Thread(target=read, daemon=True).start()\n"
                      "line = (b'flood \\xe6\\xbc\\xa2 \\x1b[31mred\\x1b[m ' * 8 + b'\\r\\n') * 100\n"
                      "while True: os.write(1, line)\n")
        reading, stuck = holder.attach(), holder.attach()
        follower = holder.new_control()
        follower.follow(0)
        end = time.monotonic() + 2
        while time.monotonic() < end:
            reading.drain(0.05)
            reading.display = b""
            holder.control.status()
        if not frames.has_sanitizers():
            memory = frames.memory_of(holder.process.pid)
            assert memory < 8000, "%d KB" % memory
        reading.type("q")
        tap.equal(holder.control.exited()["value"], 3)
        assert stuck.sock


def test_ignores_sigterm():
    """an agent that ignores SIGTERM, SIGINT and SIGHUP is ended by force"""
    with Holder() as holder:
        holder.shell("trap '' TERM INT HUP; echo ready; while :; do sleep 1; done")
        holder.control.wait_screen("ready")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            holder.control.signal(number)
        holder.control.drain(0.3)
        tap.equal(holder.control.take(frames.EXITED), None)
        holder.control.signal(signal.SIGKILL, frames.SIGNAL_TREE)
        tap.equal(holder.control.exited()["kind"], frames.EXIT_SIGNAL)


def test_background_child():
    """a child that stays behind with the terminal open does not hide the end of the agent"""
    with Holder() as holder:
        fifo = os.path.join(holder.directory, "fifo")
        os.mkfifo(fifo)
        # In a session of its own, so that the end of the agent's does not hang it up.
        holder.python("import os, sys, time\n"
                      "if os.fork() == 0:\n"
                      "    os.setsid()\n"
                      "    if os.fork() == 0:\n"
                      "        open(sys.argv[1]).read()\n"
                      "        print('late words', flush=True)\n"
                      "        time.sleep(1000)\n"
                      "    os._exit(0)\n"
                      "os.wait()\n"
                      "print('parent ends', flush=True)\n"
                      "os._exit(6)\n", fifo)
        exited = holder.control.exited()
        tap.equal(exited["value"], 6)
        with open(fifo, "w"):
            pass
        # What the child still writes is read.
        holder.control.wait_screen("late words")


def test_nohup_child():
    """the holder of an agent that left a child without terminal goes when it is collected"""
    with Holder() as holder:
        holder.shell("setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo child $!; sleep 0.3")
        holder.control.exited()
        text = holder.control.wait_screen("child")["text"].split()
        child = int(text[text.index("child") + 1])
        holder.control.send(frames.COLLECT)
        tap.equal(holder.process.wait(frames.DEADLINE), 0)
        assert frames.is_alive(child), "the child was killed"
        os.kill(child, signal.SIGKILL)


def test_closes_its_terminal():
    """an agent that closes its terminal and opens it again goes on"""
    with Holder() as holder:
        holder.python("import os, time\n"
                      "name = os.ttyname(0)\n"
                      "for n in range(3): os.close(n)\n"
                      "time.sleep(0.5)\n"
                      "os.open(name, os.O_RDWR); os.dup(0); os.dup(0)\n"
                      "os.write(1, b'back again')\n"
                      "time.sleep(0.3)\n"
                      "for n in range(3): os.close(n)\n"
                      "time.sleep(0.5)\n"
                      "os._exit(8)\n")
        terminal = holder.attach()
        holder.control.wait_screen("back again")
        terminal.type("into the void")
        tap.equal(holder.control.exited()["value"], 8)


def test_fork_bomb_is_ended():
    """an agent that keeps forking is ended with everything it forked"""
    with Holder() as holder:
        holder.python("import os, time\n"
                      "print('ready', os.getpid(), flush=True)\n"
                      "for n in range(40):\n"
                      "    if os.fork() == 0:\n"
                      "        if n % 2: os.setsid()\n"
                      "        while True: time.sleep(1)\n"
                      "print('all', flush=True)\n"
                      "while True: time.sleep(1)\n")
        holder.control.wait_screen("all")
        with open("/proc/%d/task/%d/children" % (holder.agent_pid, holder.agent_pid)) as file:
            children = [int(word) for word in file.read().split()]
        tap.equal(len(children), 40)
        holder.control.signal(signal.SIGKILL, frames.SIGNAL_TREE)
        holder.control.exited()
        for child in children:
            tap.wait_until(lambda: not frames.is_alive(child), "the end of a child")


def test_big_paste():
    """a paste that the agent reads slowly is delivered whole; the others are not held up"""
    size = 4 * 1024 * 1024
    with Holder() as holder:
        fifo = os.path.join(holder.directory, "fifo")
        os.mkfifo(fifo)
        holder.python("import hashlib, os, sys, time, tty\n"
                      "tty.setraw(0)\n"
                      "print('ready\\r', flush=True)\n"
                      "open(sys.argv[1]).read()\n"
                      "left, digest = %d, hashlib.sha256()\n"
                      "while left:\n"
                      "    data = os.read(0, min(left, 100000))\n"
                      "    left -= len(data); digest.update(data)\n"
                      "print('digest', digest.hexdigest()[:32], flush=True)\n"
                      "os.read(0, 1)\n" % size, fifo)
        holder.control.wait_screen("ready")
        import hashlib
        data = bytes(range(256)) * (size // 256)
        terminal = holder.attach()
        terminal.drain(0.1)

        # Before the agent reads, only as much as may wait is taken.
        sent = 0
        payloads = [frames.frame(frames.INPUT, data[at:at + 65536]) for at in range(0, size, 65536)]
        stream = b"".join(payloads)
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            try:
                sent += terminal.sock.send(stream[sent:sent + 65536])
            except BlockingIOError:
                time.sleep(0.01)
                holder.control.status()
        assert sent < 2.5 * 1024 * 1024, "the holder took %d bytes" % sent
        if not frames.has_sanitizers():
            assert frames.memory_of(holder.process.pid) < 6000, frames.memory_of(holder.process.pid)
        with open(fifo, "w"):
            pass
        terminal.send_raw(stream[sent:])
        holder.control.wait_screen("digest " + hashlib.sha256(data).hexdigest()[:32])


def test_agent_that_never_reads():
    """input for an agent that never reads is bounded, and the agent can be ended"""
    with Holder() as holder:
        holder.python("import time, tty; tty.setraw(0); print('ready', flush=True)\n"
                      "while True: time.sleep(1)")
        holder.control.wait_screen("ready")
        terminal = holder.attach()
        sent, end = 0, time.monotonic() + 0.7
        chunk = frames.frame(frames.INPUT, b"x" * 65536)
        while time.monotonic() < end:
            try:
                sent += terminal.sock.send(chunk)
                chunk = frames.frame(frames.INPUT, b"x" * 65536)
            except BlockingIOError:
                time.sleep(0.01)
            if sent % len(chunk):
                break
        tap.equal(holder.control.status()["terminals"], 1)
        holder.control.signal(signal.SIGKILL)
        tap.equal(holder.control.exited()["kind"], frames.EXIT_SIGNAL)


tap.run(globals())
