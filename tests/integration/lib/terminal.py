"""tmux as a reference terminal: a pane of a private server shows the bytes it is given."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

DEADLINE = float(os.environ.get("HAPPY_TEST_DEADLINE", "20"))


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

    def feed(self, data):
        """Shows the bytes and waits until they are shown. The title is used for that."""
        self._write(data)
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
