"""Runs tests/tools/http_get and reads what it prints."""
import os
import subprocess

BUILD_DIR = os.environ["HAPPY_BUILD_DIR"]
PROXY_NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
               "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Answer:
    """One answer, or the error that stood in its place."""

    def __init__(self):
        self.status = self.code = self.message = self.body = self.url = None
        self.fix = ""
        self.length = self.parts = None
        self.fields = {}
        self.cancelled = False

    def take(self, line):
        key, _, rest = line.partition(" ")
        if key == "field":
            name, _, value = rest.partition(": ")
            self.fields[name.lower()] = value
        elif key == "error":
            self.code, _, self.message = rest.partition(": ")
        elif key in ("status", "length", "parts"):
            setattr(self, key, int(rest))
        elif key == "cancelled":
            self.cancelled = True
        else:
            setattr(self, key, rest)

    def __repr__(self):
        return repr(self.__dict__)


def environment(**extra):
    values = {name: value for name, value in os.environ.items() if name not in PROXY_NAMES}
    values.update(extra)
    return values


def start(url, *options, **extra):
    """The program under way; extra arguments are environment variables."""
    program = os.path.join(BUILD_DIR, "tests/tools/http_get")
    return subprocess.Popen([program, *map(str, options), url], stdout=subprocess.PIPE, text=True,
                            errors="replace", env=environment(**extra))


def read(process):
    """What a program printed: its answers and the figures behind them."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode in (0, 1), f"http_get ended with {process.returncode}: {output}"
    answers, figures, answer = [], {}, Answer()
    for line in output.split("\n"):
        if line == ".":
            answers.append(answer)
            answer = Answer()
        elif line.split(" ")[0] in ("wakeups", "resident"):
            figures[line.split(" ")[0]] = int(line.split(" ")[1])
        elif line:
            answer.take(line)
    return answers, figures


def fetch_all(url, *options, **extra):
    return read(start(url, *options, **extra))[0]


def fetch(url, *options, **extra):
    answers = fetch_all(url, *options, **extra)
    assert len(answers) == 1, answers
    return answers[0]


def refused(answer, code, *words):
    """The answer is an error of that code whose message has the words, and that says what to do."""
    assert answer.code == code, f"{answer.code}, not {code}: {answer}"
    for word in words:
        assert word in answer.message, f"{word!r} is not in {answer.message!r}"
    assert answer.fix, f"no fix for {answer.message!r}"
