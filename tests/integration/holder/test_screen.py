#!/usr/bin/env python3
"""The emulated screen against another terminal: tmux is given the same bytes.

HAPPY_TEST_SEED: where the random output begins. HAPPY_TEST_ROUNDS: how many screens of it."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from frames import HISTORY_WITH_SCREEN, Holder
from terminal import Pane

SEED = int(os.environ.get("HAPPY_TEST_SEED", "1"))
ROUNDS = int(os.environ.get("HAPPY_TEST_ROUNDS", "40"))
COLUMNS, ROWS = 40, 12


class Twins:
    """A holder's screen and a tmux pane that are fed the same."""

    def __init__(self):
        if not Pane.available():
            raise tap.Skip("tmux is not installed")
        self.holder = Holder()
        self.pane = Pane(COLUMNS, ROWS)
        fifo = os.path.join(self.holder.directory, "fifo")
        os.mkfifo(fifo)
        self.holder.shell("stty raw -echo; exec cat " + fifo, columns=COLUMNS, rows=ROWS)
        self.writer = os.open(fifo, os.O_WRONLY)
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.writer)
        self.pane.__exit__()
        self.holder.close()

    def feed(self, data):
        self.count += 1
        mark = "shown %d" % self.count
        rest = data + b"\x1b]2;" + mark.encode() + b"\x1b\\"
        while rest:
            rest = rest[os.write(self.writer, rest[:60000]):]
        control = self.holder.control
        control.poll(lambda: control.status()["title"] == mark, "the end of the data")
        self.pane.feed(data)

    def compare(self, what):
        screen = self.holder.control.screen()
        found = [line.rstrip() for line in screen["lines"]]
        expected = self.pane.lines()
        if found != expected:
            difference = "\n".join("%s %-44r %r" % (" " if a == b else "*", a, b)
                                   for a, b in zip(found, expected))
            raise AssertionError("%s: the holder's screen and tmux's:\n%s" % (what, difference))
        # tmux puts a cursor that will wrap behind the last column.
        column, row = self.pane.cursor()
        tap.equal((screen["cursor_column"], screen["cursor_row"]), (min(column, COLUMNS - 1), row),
                  what + ": cursor")


def control_output(numbers):
    """ASCII text and sequences. Left out: what xterm and tmux do differently (erasing where the
    next character would wrap, inserting lines outside of the margins), and insert mode, in which
    tmux loses a character now and then."""
    pieces = []
    for _ in range(numbers.randint(20, 150)):
        row, column, few = (numbers.randint(1, most) for most in (ROWS, COLUMNS - 1, 6))
        top = numbers.randint(1, ROWS - 1)
        pieces.append(numbers.choice([
            "hello", "ab", "x" * 20, "long " * 30, "\r\n", "\r\n", "\t", "\r\n\r\n",
            "\x1b[%d;%dH" % (row, column), "\x1b[%dG" % column, "\x1b[%dd" % row,
            "\r\x1b[%d%s" % (few, numbers.choice("ABCD")),
            "\x1b[%dG\x1b[%sJ" % (column, numbers.choice(["", "1", "2"])),
            "\x1b[%dG\x1b[%sK" % (column, numbers.choice(["", "1", "2"])),
            "\x1b[r\x1b[%d;1H\x1b[%d%s" % (row, few, numbers.choice("LM")),
            "\x1b[%dG\x1b[%d%s" % (column, few, numbers.choice("@PX")),
            "\r\x1b[%d%s" % (few, numbers.choice("ST")),
            "\x1b[%d;%dr" % (top, numbers.randint(top + 1, ROWS)), "\x1b[r",
            "\x1bM", "\r\x1bD", "\x1bE", "\x1b[7m", "\x1b[m",
            "\x1b[%d;%dH\x1b7" % (row, column), "\x1b[H\x1b7\x1b8",
            "\x1b[1;1Hx\x1b[%db" % few,
        ]))
    return "".join(pieces).encode()


def text_output(numbers):
    """Wide and combining characters, wrapped and scrolled."""
    pieces = []
    for _ in range(numbers.randint(20, 100)):
        pieces.append(numbers.choice([
            "漢字", "日本語テキスト", "é", "e\u0301", "ﾊﾝ", "😀", "ab", "\r\n", "wide 漢 " * 8,
            "a\u0308o\u0308u\u0308", "\r\n", "\x1b[%d;1H\x1b[2K" % numbers.randint(1, ROWS),
        ]))
    return "".join(pieces).encode()


def run(generate):
    with Twins() as twins:
        for seed in range(SEED, SEED + ROUNDS):
            data = generate(random.Random(seed))
            twins.feed(b"\x1bc\x1b[r" + data)
            twins.compare("seed %d" % seed)


def test_random_sequences():
    """random sequences give the screen that tmux shows"""
    run(control_output)


def test_random_text():
    """wide, combining and wrapped characters give the screen that tmux shows"""
    run(text_output)


def test_history_of_lines():
    """the lines that scrolled away are those in tmux's scrollback"""
    with Twins() as twins:
        numbers = random.Random(SEED)
        data = b"".join(b"%d %s\r\n" % (n, b"word " * numbers.randint(0, 20)) for n in range(300))
        twins.feed(data)
        found = [line.rstrip()
                 for _, line in twins.holder.control.all_history(HISTORY_WITH_SCREEN)]
        expected = twins.pane.lines(history=True)
        while expected and not expected[-1]:
            expected.pop()
        while found and not found[-1]:
            found.pop()
        tap.equal(found, expected)


def test_recorded_programs():
    """what real programs draw is what tmux shows"""
    programs = [
        ("vi", b"\x1b[?1049h\x1b[22;0;0t\x1b[1;12r\x1b[12;1H\"file\" [New]\x1b[2;1H~\x1b[3;1H~"
               b"\x1b[1;1H\x1b[?25h\x1b[12;1H\x1b[K-- INSERT --\x1b[1;1Htyped\x1b[1;6H"),
        ("progress", b"".join(b"\r\x1b[K[%-20s] %3d%%" % (b"#" * (n // 5), n)
                              for n in range(0, 101, 3)) + b"\r\n"),
        ("inline", b"answer\r\n\x1b[2K\x1b[1A\x1b[2K\x1b[Gredrawn\r\n\x1b[2m> \x1b[22mprompt"
                   b"\r\n\x1b[1A\x1b[9G"),
        ("region", b"".join(b"line %d\r\n" % n for n in range(20)) +
                   b"\x1b[1;8r\x1b[8;1H\r\ninserted above\x1b[r\x1b[12;1Hfooter"),
    ]
    with Twins() as twins:
        for name, data in programs:
            twins.feed(b"\x1b[?1049l\x1bc\x1b[r" + data)
            twins.compare(name)


tap.run(globals())
