#!/usr/bin/env python3
"""Terminals at the holder's socket: what they are shown, whose size counts, how they go."""

import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from frames import Holder
from terminal import Pane

# Says its size at the start and whenever it changes, then echoes what is typed.
SIZER = r"""
import os, signal, sys, tty
def tell(*_):
    size = os.get_terminal_size(1)
    os.write(1, b"\x1b[H\x1b[2Jsize %dx%d\r\n" % (size.columns, size.lines))
signal.signal(signal.SIGWINCH, tell)
tty.setraw(0)
tell()
while True:
    data = os.read(0, 1000)
    if data == b"q":
        break
    os.write(1, data)
"""

# Writes a file to its terminal as it is, then a title, and stays.
SHOW = "stty raw -echo; cat '%s'; printf '\\033]2;shown\\033\\\\'; exec cat"


# Writes the bytes that it is told, in hexadecimal digits.
WRITER = r"""
import os, sys, tty
tty.setraw(0)
os.write(1, b"\x1b]2;ready\x1b\\")
for line in sys.stdin:
    os.write(1, bytes.fromhex(line))
"""


class Writer:
    def __init__(self, holder):
        self.control = holder.control
        holder.python(WRITER)
        wait_title(holder, "ready")
        self.written = self.control.status()["output_next"]

    def write(self, data):
        """Returns when the holder has read it."""
        for start in range(0, len(data), 1000):
            self.control.type(data[start:start + 1000].hex() + "\n")
        self.written += len(data)
        tap.wait_until(lambda: self.control.status()["output_next"] == self.written, "the bytes")


def show(holder, data, **options):
    path = os.path.join(holder.directory, "data")
    with open(path, "wb") as file:
        file.write(data)
    holder.shell(SHOW % path, **options)
    wait_title(holder, "shown")


def wait_title(holder, title):
    tap.wait_until(lambda: holder.control.status()["title"] == title, "the title " + title)


def wait_display(connection, text):
    data = text if isinstance(text, bytes) else text.encode()
    connection.poll(lambda: data in connection.display, "%r on the display" % text)


def require_tmux():
    if not Pane.available():
        raise tap.Skip("tmux is not installed")


def wait_picture(connection):
    """A picture of a screen whose cursor is shown ends with that."""
    connection.poll(lambda: connection.display.endswith(b"\x1b[?25h"), "the picture")


def wait_pane(connection, pane, found, expected, what):
    """Shows what the connection brings until found() is what is expected."""
    def shown():
        if connection.display:
            pane.feed(connection.display)
            connection.display = b""
        return found() == expected
    try:
        connection.poll(shown, what)
    except TimeoutError:
        tap.equal(found(), expected, what)
        raise


def test_keys_and_echo():
    """keys reach the agent, its output every terminal"""
    with Holder() as holder:
        holder.python(SIZER)
        one, two = holder.attach(), holder.attach()
        holder.control.wait_screen("size 80x24")
        one.type("from one;")
        wait_display(two, "from one;")
        two.type("from two;")
        wait_display(one, "from two;")
        tap.equal(holder.control.status()["terminals"], 2, "terminals")
        one.send(frames.DETACH)
        one.expect_closed()
        tap.wait_until(lambda: holder.control.status()["terminals"] == 1, "one terminal left")
        two.close()
        tap.wait_until(lambda: holder.control.status()["terminals"] == 0, "no terminal left")


def test_size_follows_the_one_that_types():
    """the first terminal sets the size, then the one that typed last; read-only ones never do"""
    with Holder() as holder:
        holder.python(SIZER, columns=80, rows=24)
        reader = holder.attach(60, 20, frames.READ_ONLY)
        holder.control.wait_screen("size 80x24")
        large = holder.attach(100, 40)
        holder.control.wait_screen("size 100x40")
        small = holder.attach(50, 10)
        small.drain(0.2)
        tap.equal(holder.control.status()["columns"], 100, "columns before it typed")
        small.type("x")
        holder.control.wait_screen("size 50x10")
        large.type("y")
        holder.control.wait_screen("size 100x40")
        reader.type("z")
        reader.resize(61, 21)
        reader.drain(0.3)
        screen = holder.control.screen()
        assert "size 100x40" in screen["text"] and "z" not in screen["text"].replace("size", "")
        taker = holder.attach(70, 30, frames.TAKE_SIZE)
        holder.control.wait_screen("size 70x30")
        # When the leader goes, the one that typed last before it leads again.
        taker.send(frames.DETACH)
        holder.control.wait_screen("size 100x40")
        large.resize(101, 41)
        holder.control.wait_screen("size 101x41")
        small.resize(51, 11)
        small.drain(0.2)
        tap.equal(holder.control.status()["columns"], 101, "columns")


def test_control_resizes():
    """control can set the size, and everybody is told"""
    with Holder() as holder:
        holder.python(SIZER)
        terminal = holder.attach()
        holder.control.resize(90, 33)
        holder.control.wait_screen("size 90x33")
        for connection in (terminal, holder.control):
            tap.equal(frames.Reader(connection.expect(frames.RESIZED)).take("HH"), (90, 33))


def test_terminal_of_another_size():
    """a smaller and a larger terminal see the part around the cursor, not garbled"""
    require_tmux()
    with Holder() as holder:
        rows = b"".join(b"\x1b[%d;1H\x1b[3%dmrow %02d \x1b[m%s" %
                        (n + 1, n % 8, n, b"0123456789" * 7 + "漢字".encode()) for n in range(30))
        show(holder, rows + b"\x1b[28;3H", columns=90, rows=30)
        leader = holder.attach(90, 30)
        small, large = holder.attach(50, 10), holder.attach(120, 40)
        with Pane(50, 10) as small_pane, Pane(120, 40) as large_pane:
            full = holder.control.screen()["lines"]
            wait_pane(small, small_pane, small_pane.lines, [line[:50] for line in full[18:28]],
                      "the small one")
            wait_pane(large, large_pane, large_pane.lines, full + [""] * 10, "the large one")
            wait_pane(small, small_pane, small_pane.cursor, (2, 9), "the cursor of the small one")
            wait_pane(large, large_pane, large_pane.cursor, (2, 27), "the cursor of the large one")
            # It follows the cursor, and what changes.
            leader.type("\x1b[2;70Hhere\x1b[1;78H")
            full = holder.control.wait_screen("here")["lines"]
            wait_pane(small, small_pane, small_pane.cursor, (49, 0), "the cursor")
            wait_pane(small, small_pane, lambda: [line[:48] for line in small_pane.lines()],
                      [line[28:76] for line in full[:10]], "the other corner")


def test_full_state_at_attach():
    """a new terminal gets attributes, cursor, title, modes, alternate screen and hyperlinks"""
    require_tmux()
    data = (b"main screen\r\n\x1b[1;31mbold red\x1b[m \x1b[38;2;1;2;3mrgb\x1b[m\r\n"
            b"\x1b]8;;http://example.org/\x1b\\link\x1b]8;;\x1b\\\r\n"
            b"\x1b[?1049h\x1b[2;5H\x1b[7malternate\x1b[m " + "漢字 e\u0301".encode() +
            b"\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[?1h\x1b=\x1b[>1u\x1b[4 q\x1b[?25l"
            b"\x1b[3;10r\x1b[5;7H")
    with Holder() as holder:
        show(holder, data)
        status = holder.control.status()
        tap.equal(status["modes"], frames.MODE_BRACKETED_PASTE | frames.MODE_ALTERNATE_SCREEN |
                  frames.MODE_MOUSE | frames.MODE_APPLICATION_CURSOR | frames.MODE_CURSOR_HIDDEN |
                  frames.MODE_KITTY_KEYBOARD, "modes")
        connection = holder.attach()
        for part in (b"alternate", b"http://example.org/", b"\x1b[?2004h", b"\x1b[>1u", b"\x1b[4 q",
                     b"shown"):
            wait_display(connection, part)
        with Pane() as pane, Pane() as direct:
            pane.feed(connection.display)
            direct.feed(data)
            tap.equal(pane.lines(colours=True), direct.lines(colours=True), "lines")
            tap.equal(pane.cursor(), (6, 4), "cursor")
            tap.equal(pane.flags(), direct.flags(), "flags")
            # The main screen is behind it, with its cursor.
            pane.feed(b"\x1b[?1049l")
            tap.equal(pane.lines()[:3], ["main screen", "bold red rgb", "link"])
            tap.equal(pane.cursor(), (0, 3), "cursor of the main screen")


def test_reattach_after_100000_lines():
    """after 100,000 lines a new terminal has the same screen, and the history in its scrollback"""
    require_tmux()
    with Holder() as holder:
        holder.shell("seq 100000; printf '\\033]2;shown\\033\\\\'; exec cat")
        wait_title(holder, "shown")
        connection = holder.attach(history_lines=500)
        wait_picture(connection)
        with Pane() as pane:
            pane.feed(b"$ before\r\n" + connection.display)
            lines = pane.lines(history=True)
            tap.equal(lines[0], "$ before", "what the shell had shown")
            # 23 numbers are on the screen, 500 in front of it.
            expected = [str(n) for n in range(100000 - 523 + 1, 100001)]
            tap.equal(lines[1:-1], expected, "scrollback and screen")
        status = holder.control.status()
        tap.equal(status["history_next"], 100000 - 23, "lines of history")
        tap.equal(status["history_first"], 100000 - 23 - 10000, "the oldest one kept")
        connection.type("live\r")
        wait_display(connection, "live")


def test_split_at_every_byte():
    """UTF-8 and sequences cut at every byte give the same screen as in one piece"""
    data = ("é漢字😀 e\u0301\x1b[1;38;2;10;20;30mcolour\x1b[m\x1b]2;title é\x1b\\"
            "\x1b[5;5Hthere\x1b]8;;http://x/\x07link\x1b]8;;\x07\x1b[?2004h\x1bPdcs\x1b\\"
            "\x1b(0lqk\x1b(B\x1b_apc\x1b\\end").encode()
    with Holder() as holder, Holder() as bytewise:
        show(holder, data)
        writer = Writer(bytewise)
        for byte in data:
            writer.write(bytes([byte]))
        expected, found = holder.control.screen(True), bytewise.control.screen(True)
        tap.equal(found["lines"], expected["lines"])
        tap.equal((found["cursor_row"], found["cursor_column"]),
                  (expected["cursor_row"], expected["cursor_column"]))
        tap.equal(bytewise.control.status()["title"], "title é")


def test_attach_inside_a_sequence():
    """a terminal attached in the middle of a character or a sequence is not garbled"""
    require_tmux()
    pieces = ["漢".encode(), b"\x1b[1;31m", b"\x1b]2;a title\x1b\\", b"\x1bP+q544e\x1b\\",
              b"\x1b]52;c;" + b"QUJD" * 5000 + b"\x07", b"\x1b_G" + b"A" * 30000 + b"\x1b\\"]
    for piece in pieces:
        cuts = range(1, len(piece)) if len(piece) < 20 else (1, 2, 5, 8191, 9000, len(piece) - 1)
        for cut in cuts:
            with Holder() as holder:
                writer = Writer(holder)
                writer.write(b"before " + piece[:cut])
                connection = holder.attach()
                wait_display(connection, "before")
                writer.write(piece[cut:] + b"after\r\n")
                wait_display(connection, "after\r\n")
                with Pane() as pane:
                    pane.feed(connection.display)
                    shown = "".join(pane.lines())
                    wanted = "before 漢after" if piece[0] != 27 else "before after"
                    tap.equal(shown, wanted, "screen, cut at %d of %r" % (cut, piece[:20]))


def test_alternate_screen():
    """a program on the alternate screen comes and goes, and the main screen is as it was"""
    with Holder() as holder:
        holder.shell("stty -echo; echo one; echo two; printf '\\033[?1049h\\033[Hfull screen';"
                     "read x; printf '\\033[?1049l'; echo three; read x")
        screen = holder.control.wait_screen("full screen")
        tap.equal(screen["alternate"], 1)
        assert "one" not in screen["text"]
        # The history and the main screen can be read behind it.
        lines = holder.control.all_history(frames.HISTORY_WITH_SCREEN)
        tap.equal([line for _, line in lines if line], ["one", "two"])
        holder.control.type("\r")
        screen = holder.control.wait_screen("three")
        tap.equal(screen["lines"][:3], ["one", "two", "three"])
        tap.equal(screen["alternate"], 0)


def test_resize_storm():
    """hundreds of size changes from two terminals at once, and the screen is right in the end"""
    with Holder() as holder:
        holder.python(SIZER)
        one, two = holder.attach(80, 24), holder.attach(100, 30)
        numbers = random.Random(5)
        for _ in range(400):
            one.resize(numbers.randint(1, 300), numbers.randint(1, 120))
            two.resize(numbers.randint(1, 300), numbers.randint(1, 120))
            if numbers.random() < 0.2:
                numbers.choice((one, two)).type("x")
        # What the other one still has on its way would count as typed later.
        two.close()
        tap.wait_until(lambda: holder.control.status()["terminals"] == 1, "one terminal left")
        one.resize(77, 22)
        one.type("!")
        screen = holder.control.wait_screen("size 77x22")
        tap.equal((screen["columns"], screen["rows"]), (77, 22))
        # The typed ! is echoed after the agent said its size, or before and was cleared.
        tap.equal(screen["lines"][0], "size 77x22")


def test_resize_keeps_the_lines():
    """a smaller and again larger size loses no line and no part of one"""
    with Holder() as holder:
        holder.shell("stty -echo; seq -f 'line %g of many, long enough to be cut' 1 20; read x")
        holder.control.wait_screen("line 20 of many, long enough to be cut")
        before = holder.control.screen()["lines"]
        for columns, rows in ((20, 5), (10, 2), (80, 24), (30, 50), (80, 24)):
            holder.control.resize(columns, rows)
            tap.wait_until(lambda: holder.control.status()["columns"] == columns, "the size")
        tap.equal(holder.control.screen()["lines"], before)
        lines = holder.control.all_history(frames.HISTORY_WITH_SCREEN)
        tap.equal([line for _, line in lines if line],
                  ["line %d of many, long enough to be cut" % n for n in range(1, 21)])


def test_never_reading_terminal():
    """a terminal that never reads delays nobody, and sees the right screen when it reads again"""
    require_tmux()
    with Holder() as holder:
        holder.python(SIZER)
        stuck, lively = holder.attach(80, 24, history_lines=50), holder.attach(80, 24)
        lively.type("\x1b[?2004h\x1b[?1000h")
        for number in range(40):
            text = ("%05d " % number) * 1000 + "\r\n"
            lively.type(text)
            wait_display(lively, "%05d " % number)
            lively.display = b""
        lively.type("\x1b[?1000lthe end")
        wait_display(lively, "the end")
        memory = frames.memory_of(holder.process.pid)
        if not frames.has_sanitizers():
            assert memory < 6000, memory
        wait_display(stuck, "the end")
        with Pane() as pane:
            wait_pane(stuck, pane, pane.lines, holder.control.screen()["lines"], "the screen")
            wait_pane(stuck, pane, lambda: pane.flags()["mouse_any_flag"], "0",
                      "the mouse mode that was left")


def test_leader_dies_during_output():
    """a leader of another size that goes away during output garbles nobody's screen"""
    require_tmux()
    with Holder() as holder:
        holder.shell("read x; for i in $(seq 3000); do echo \"line $i of the output\"; done; "
                     "printf '\\033]2;shown\\033\\\\'; exec cat")
        other = holder.attach(60, 20)
        leaders = [holder.attach(100, 30, frames.TAKE_SIZE) for _ in range(3)]
        wait_display(other, "\x1b[?1049h")
        leaders[-1].type("\r")
        for leader in leaders:
            leader.drain(0.01)
            leader.close()
        wait_title(holder, "shown")
        tap.wait_until(lambda: holder.control.status()["columns"] == 60, "the size of the other")
        wait_display(other, "line 3000")
        with Pane(60, 20) as pane:
            wait_pane(other, pane, pane.lines, holder.control.screen()["lines"], "the screen")
            wait_pane(other, pane, lambda: pane.flags()["alternate_on"], "0", "the alternate screen")


def keyboard_entries(display):
    """The entries on both keyboard stacks of a terminal that had two on each, and the fewest that
    they ever were."""
    depths, lowest, alternate = [2, 2], 2, 0
    for match in re.finditer(rb"\x1b\[(?:([<>])(\d*)u|\?(?:1047|1049)([hl]))", display):
        kind, number, switch = match.groups()
        if switch:
            alternate = int(switch == b"h")
        elif kind == b">":
            depths[alternate] += 1
        else:
            depths[alternate] -= int(number or 1)
            lowest = min(lowest, depths[alternate])
    return depths, lowest


def test_keyboard_entries_of_others():
    """what others pushed on the terminal's keyboard stack before stays there through repaints"""
    with Holder() as holder:
        writer = Writer(holder)
        writer.write(b"\x1b[>1u\x1b[>3u")
        terminal = holder.attach()
        wait_picture(terminal)
        for data, main in ((b"\x1b[>5u", 3), (b"\x1b[<2u", 1), (b"\x1b[?1049h\x1b[>7u", 1),
                           (b"\x1b[<u\x1b[?1049l\x1b[>9u", 2)):
            # Cropped, and by itself again.
            for columns in (70, 80):
                holder.control.resize(columns, 24)
                terminal.poll(lambda: terminal.take(frames.RESIZED), "the size")
                if columns == 70:
                    writer.write(data)
            wanted = [2 + main, 2 + (b"h" in data)]
            terminal.poll(lambda: keyboard_entries(terminal.display)[0] == wanted,
                          "%r entries after %r" % (wanted, data))
            tap.equal(keyboard_entries(terminal.display)[1], 2, "the fewest entries")


def test_detach_all():
    """control sends every terminal away, with the reason"""
    with Holder() as holder:
        holder.shell("cat")
        terminals = [holder.attach() for _ in range(3)]
        holder.control.send(frames.DETACH_ALL, frames.string("detached by happyctl"))
        for terminal in terminals:
            reason = frames.Reader(terminal.expect(frames.GOODBYE)).string()
            tap.equal(reason, b"detached by happyctl")
            terminal.expect_closed()
        tap.wait_until(lambda: holder.control.status()["terminals"] == 0, "no terminal left")


def test_exit_is_told():
    """terminals are told the exit status behind the last output, and are closed"""
    with Holder() as holder:
        holder.shell("read x; echo last words; exit 4")
        terminal = holder.attach()
        wait_display(terminal, "\x1b[?25h")
        terminal.type("\r")
        exited = terminal.exited()
        tap.equal((exited["kind"], exited["value"]), (1, 4))
        assert b"last words" in terminal.display
        terminal.expect_closed()


def test_queries():
    """the agent's questions are answered by the leader, or by the holder when nobody is attached"""
    asker = ("import os, sys, tty\ntty.setraw(0)\n"
             "for line in sys.stdin:\n"
             "    os.write(1, bytes.fromhex(line))\n")
    questions = [b"\x1b[c", b"\x1b[>c", b"\x1b[6n", b"\x1b[?u", b"\x1b]11;?\x1b\\", b"\x1b[18t",
                 b"\x1b[?2004$p", b"\x1bP$qm\x1b\\", b"\x1b[>q", b"\x1b]10;?\x07"]
    answers = [b"\x1b[?62;22c", b"\x1b[>1;10;0c", b"\x1b[1;1R", b"\x1b[?0u",
               b"\x1b]11;rgb:1010/1010/1010\x1b\\", b"\x1b[8;24;80t", b"\x1b[?2004;2$y",
               b"\x1bP1$r0m\x1b\\", b"\x1bP>|", b"\x1b]10;rgb:"]
    with Holder() as holder:
        # What it reads, it writes down: answers come as its input.
        path = os.path.join(holder.directory, "read")
        holder.python("import os, sys, tty, threading\ntty.setraw(0)\n"
                      "os.mkfifo(sys.argv[2])\n"
                      "def ask():\n"
                      "    for line in open(sys.argv[2]): os.write(1, bytes.fromhex(line))\n"
                      "threading.Thread(target=ask, daemon=True).start()\n"
                      "file = open(sys.argv[1], 'wb', 0)\n"
                      "while True: file.write(os.read(0, 1000))\n", path, path + ".ask")
        tap.wait_until(lambda: os.path.exists(path), "the agent")
        with open(path + ".ask", "w", 1) as ask:
            got = 0
            for question, answer in zip(questions, answers):
                ask.write(question.hex() + "\n")
                tap.wait_until(lambda: answer in open(path, "rb").read()[got:],
                               "the answer to %r" % question)
                got = os.path.getsize(path)
            leader, other = holder.attach(), holder.attach()
            reader = holder.attach(flags=frames.READ_ONLY)
            for connection in (leader, other, reader):
                wait_picture(connection)
                connection.drain(0.2)
                connection.display = b""
            for question in questions:
                ask.write((b"<" + question + b">").hex() + "\n")
            ask.write(b"done".hex() + "\n")
            for connection in (leader, other, reader):
                wait_display(connection, "done")
            for question in questions:
                assert b"<" + question + b">" in leader.display, question
            tap.equal(other.display, b"<>" * len(questions) + b"done", "the other terminal")
            tap.equal(reader.display, b"<>" * len(questions) + b"done", "the read-only terminal")
            tap.equal(os.path.getsize(path), got, "bytes of answers")


tap.run(globals())
