"""The person's desk: terminals of a fixed size, drawn by a private tmux server."""

import os
import subprocess

from agent_home import wait_for


class Desk:
    def __init__(self, folder, environment):
        self.socket = os.path.join(folder, "desk.sock")
        self.environment = environment
        self.windows = 0
        # Else it would end with its last terminal, perhaps just when the next one is opened.
        self.tmux("start-server", ";", "set-option", "-g", "exit-empty", "off")

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *arguments], check=True,
                              env=self.environment, capture_output=True, text=True, timeout=60).stdout

    def open(self, directory, *command):
        """Runs a command in a new terminal of 100x40 and returns the terminal."""
        self.windows += 1
        return Terminal(self, f"terminal-{self.windows}", directory, command)

    def screens(self):
        """What all terminals show, as lines; for a report, so that it never fails."""
        lines = []
        for number in range(1, self.windows + 1):
            result = subprocess.run(["tmux", "-S", self.socket, "capture-pane", "-p", "-t", f"terminal-{number}"],
                                    capture_output=True, text=True, errors="replace", timeout=20, check=False)
            if result.returncode == 0:
                lines += [f"[terminal {number}]", *result.stdout.rstrip().splitlines()]
        return lines

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, check=False)


class Terminal:
    def __init__(self, desk, name, directory, command):
        self.desk = desk
        self.name = name
        status = '"$@"; echo "status=$?"; exec sleep 1000'
        # The agent shall not take its own terminal for tmux.
        desk.tmux("new-session", "-d", "-s", name, "-x", "100", "-y", "40", "-c", directory,
                  "env", "-u", "TMUX", "-u", "TMUX_PANE", "TERM=xterm-256color",
                  "sh", "-c", status, "sh", *command)
        desk.tmux("set-option", "-t", name, "status", "off")
        desk.tmux("resize-window", "-t", name, "-x", "100", "-y", "40")

    def text(self):
        return self.desk.tmux("capture-pane", "-p", "-t", self.name)

    def lines(self):
        return [line.rstrip().replace("\u00a0", " ") for line in self.text().splitlines()]

    def shows(self, text, seconds=60):
        try:
            wait_for(f'"{text}" on the screen', lambda: text in self.text(), seconds)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.text()}") from None

    def keys(self, *names):
        self.desk.tmux("send-keys", "-t", self.name, *names)

    def ended(self):
        """The exit status of the command; None while it runs."""
        for line in self.lines():
            if line.startswith("status="):
                return int(line[7:])
        return None

    def close(self):
        self.desk.tmux("kill-session", "-t", self.name)
