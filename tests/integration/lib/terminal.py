"""Terminals for tests: programs driven on a PTY, and tmux as a reference terminal.

Terminal runs a program on a PTY, as a person at a terminal would: keys, size, what is shown
(python3-pyte gives the picture when it is installed). Pane is a real terminal emulator (a pane of a
private tmux) that shows the bytes it is given."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time

try:
    import pyte
except ImportError:
    pyte = None

DEADLINE = float(os.environ.get("HAPPY_TEST_DEADLINE", "20"))


def set_size(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Terminal:
    """A program on a PTY of its own. Use it in a `with` statement, which kills it by process id."""

    def __init__(self, arguments, columns=80, rows=24, environment=None, directory=None):
        self.columns, self.rows = columns, rows
        self.output = b""       # everything that the program wrote
        self.searched = 0       # up to where expect() has looked
        self.status = None      # exit status, or minus the signal, once it ended
        self.screen = self.stream = None
        if pyte:
            self.screen = pyte.HistoryScreen(columns, rows, history=100000, ratio=0.5)
            self.stream = pyte.ByteStream(self.screen)
        # The size must be there before the program looks.
        self.master, slave = pty.openpty()
        set_size(slave, columns, rows)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.master)
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for descriptor in range(3):
                    os.dup2(slave, descriptor)
                os.closerange(3, 256)
                if directory:
                    os.chdir(directory)
                os.execvpe(arguments[0], arguments,
                           os.environ if environment is None else environment)
            finally:
                os._exit(127)
        os.close(slave)
        os.set_blocking(self.master, False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def read(self, timeout=0.0):
        """Takes what comes within that time, at least one look; False when nothing came."""
        if self.master is None:
            return False
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            os.close(self.master)
            self.master = None
            return False
        self.output += data
        if self.stream:
            self.stream.feed(data)
        return True

    def poll(self, condition, what, deadline=None):
        """Reads until condition() is true and returns its value."""
        end = time.monotonic() + (DEADLINE if deadline is None else deadline)
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise TimeoutError("waited for %s; the terminal got:\n%r" %
                                   (what, self.output[-2000:]))
            if self.master is None:
                time.sleep(0.01)
            self.read(0.05)

    def expect(self, pattern, deadline=None):
        """Reads until the output behind the last match has this regular expression (bytes or
        text); returns the match."""
        expression = re.compile(pattern if isinstance(pattern, bytes) else pattern.encode(), re.S)
        match = self.poll(lambda: expression.search(self.output, self.searched), repr(pattern),
                          deadline)
        self.searched = match.end()
        return match

    def expect_shown(self, text, deadline=None):
        """Reads until the text is on the screen (needs pyte)."""
        return self.poll(lambda: text in self.text(), "%r on the screen" % text, deadline)

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def type(self, keys):
        data = keys if isinstance(keys, bytes) else keys.encode()
        while data:
            try:
                data = data[os.write(self.master, data):]
            except BlockingIOError:
                self.read(0.05)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        set_size(self.master, columns, rows)
        if self.screen:
            self.screen.resize(rows, columns)

    def settings(self):
        """termios settings in force: to see whether a program put them back."""
        return termios.tcgetattr(self.master)

    def hang_up(self):
        """The terminal's window is closed."""
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def wait(self, deadline=None):
        """The program's exit status; minus the signal's number when one ended it."""
        def ended():
            if self.status is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.status = os.waitstatus_to_exitcode(status)
            return self.status is not None
        self.poll(ended, "the end of the program", deadline)
        while self.read(0.0):
            pass
        return self.status

    def kill(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            except (ProcessLookupError, ChildProcessError):
                pass
        self.hang_up()


class Pane:
    """A terminal that shows the bytes given to it: a pane of a private tmux server."""

    FLAGS = ("alternate_on", "cursor_flag", "insert_flag", "keypad_cursor_flag", "keypad_flag",
             "mouse_any_flag", "mouse_button_flag", "mouse_sgr_flag", "mouse_standard_flag",
             "origin_flag", "wrap_flag")

    def __init__(self, columns=80, rows=24):
        self.directory = tempfile.mkdtemp(prefix="tp", dir="/tmp")
        self.socket = os.path.join(self.directory, "tmux")
        self.fifo = os.path.join(self.directory, "fifo")
        self.count = 0
        os.mkfifo(self.fifo)
        configuration = os.path.join(self.directory, "conf")
        with open(configuration, "w") as file:
            file.write("set -g status off\nset -g history-limit 200000\nset -s escape-time 0\n"
                       "set -g allow-rename on\nset -s set-clipboard off\n"
                       "set -g default-terminal tmux-256color\n")
        self.tmux("-f", configuration, "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  "stty raw -echo; exec cat " + self.fifo)
        self.pid = int(self.tmux("display", "-p", "#{pid}"))
        self.writer = os.open(self.fifo, os.O_WRONLY)

    @staticmethod
    def available():
        return shutil.which("tmux") is not None

    def tmux(self, *arguments):
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        environment.pop("TMUX", None)
        return subprocess.run(["tmux", "-u", "-S", self.socket] + list(arguments), check=True,
                              stdout=subprocess.PIPE, env=environment).stdout.decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.tmux("kill-server")
        except subprocess.CalledProcessError:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.writer)
        shutil.rmtree(self.directory, ignore_errors=True)

    def feed(self, data, keeps_title=False):
        """Shows the bytes and waits until they are shown. The title is used for that."""
        os.write(self.writer, b"") if not data else self._write(data)
        if keeps_title:
            time.sleep(0.3)
            return
        self.count += 1
        mark = "mark-%d" % self.count
        self._write(b"\x1b]2;%s\x1b\\" % mark.encode())
        end = time.monotonic() + DEADLINE
        while self.format("#{pane_title}") != mark:
            if time.monotonic() > end:
                raise TimeoutError("tmux did not read what it was given")
            time.sleep(0.005)

    def _write(self, data):
        while data:
            data = data[os.write(self.writer, data[:65536]):]

    def format(self, text):
        return self.tmux("display", "-p", text).rstrip("\n")

    def lines(self, colours=False, history=False):
        arguments = ["capture-pane", "-p"]
        if colours:
            arguments.append("-e")
        if history:
            arguments += ["-S", "-"]
        lines = self.tmux(*arguments).split("\n")[:-1]
        return [line.rstrip() for line in lines] if not colours else lines

    def cursor(self):
        column, row = self.format("#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def flags(self):
        values = self.format(" ".join("#{%s}" % flag for flag in self.FLAGS)).split(" ")
        return dict(zip(self.FLAGS, values))
