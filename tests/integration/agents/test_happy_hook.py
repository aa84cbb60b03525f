"""happy-hook hands a payload to a holder, and never disturbs the agent that runs it."""

import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HOOK = os.path.join(os.environ["HAPPY_BUILD_DIR"], "happy-hook")
HELLO, NOTE, WELCOME, REFUSED, NOTED = 1, 24, 128, 129, 137
NOTE_MAX = 256 * 1024
failed = 0


def check(what, condition, detail=""):
    global failed
    failed += not condition
    print(f"{'ok' if condition else 'not ok'} - {what}{'' if condition else f': {detail}'}")


def frame(kind, payload=b""):
    return struct.pack(">IB", len(payload), kind) + payload


class Holder:
    """A holder's socket that answers with what `answer` returns for a note."""

    def __init__(self, folder, answer):
        self.path = os.path.join(tempfile.mkdtemp(dir=folder), "a.sock")
        self.answer = answer
        self.frames = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        connection, _ = self.listener.accept()
        received = b""
        while len(self.frames) < 2:
            data = connection.recv(65536)
            if not data:
                return
            received += data
            while len(received) >= 5:
                length, kind = struct.unpack(">IB", received[:5])
                if len(received) < 5 + length:
                    break
                self.frames.append((kind, received[5 : 5 + length]))
                received = received[5 + length :]
        answer = self.answer()
        if answer is not None:
            connection.sendall(answer)
            connection.recv(1)
        connection.close()


def run(payload, path, timeout=60):
    environment = {"HAPPY_HOOK_DEBUG": "1"}
    if path is not None:
        environment["HAPPY_HOLDER_SOCKET"] = path
    started = time.monotonic()
    result = subprocess.run([HOOK], input=payload, env=environment, capture_output=True, timeout=timeout)
    return result, time.monotonic() - started


def check_silent(what, result, complaint):
    good = result.returncode == 0 and result.stdout == b"" and complaint in result.stderr
    check(what, good, result)


def noted():
    return frame(WELCOME, b"") + frame(NOTED, struct.pack(">Q", 7))


def main():
    with tempfile.TemporaryDirectory(prefix="happy-hook-") as folder:
        payload = b'{"hook_event_name":"Stop","session_id":"a","text":"' + "\u00e4".encode() * 9 + b'"}'
        holder = Holder(folder, noted)
        result, took = run(payload, holder.path)
        check_silent("a note is handed over", result, b"")
        check("nothing is said on standard error", result.stderr == b"", result)
        check("it says hello as a hook", holder.frames[0][0] == HELLO and
              struct.unpack(">4sHB", holder.frames[0][1][:7]) == (b"HPPY", 1, 3), holder.frames[0])
        check("the note is the payload as it is", holder.frames[1] == (NOTE, payload), holder.frames[1])
        check("it does not wait when it has its answer", took < 1.9, took)

        long = {"session_id": "a-1", "tool_response": {"x": "y" * NOTE_MAX}, "hook_event_name": "PostToolUse"}
        holder = Holder(folder, noted)
        run(json.dumps(long).encode(), holder.path)
        check("a payload that is too long is shortened", json.loads(holder.frames[1][1]) ==
              {"session_id": "a-1", "hook_event_name": "PostToolUse", "truncated": True}, holder.frames[1])

        holder = Holder(folder, noted)
        longest = b'{"hook_event_name":"Stop","x":"' + b"z" * (40 * 1024 * 1024) + b'"}'
        result, _ = run(longest, holder.path)
        check_silent("40 MB are read to their end", result, b"")

        holder = Holder(folder, lambda: None)
        result, took = run(payload, holder.path)
        check_silent("a holder that hangs up is put up with", result, b"did not take")

        holder = Holder(folder, lambda: frame(REFUSED, b"\x0c\0\0\0\0"))
        result, _ = run(payload, holder.path)
        check_silent("a refusal is put up with", result, b"did not take")

        holder = Holder(folder, lambda: b"\xff" * 64)
        result, _ = run(payload, holder.path)
        check_silent("garbage is put up with", result, b"did not take")

        holder = Holder(folder, lambda: frame(WELCOME, b""))
        result, took = run(payload, holder.path)
        check_silent("a holder that does not answer is not waited for", result, b"did not take")
        check("two seconds or so are enough", 1.5 < took < 8, took)

        result, _ = run(payload, os.path.join(folder, "missing.sock"))
        check_silent("a missing holder is put up with", result, b"cannot connect")
        result, _ = run(payload, "/" + "x" * 200)
        check_silent("a socket's path that is too long is put up with", result, b"cannot connect")
        result, _ = run(payload, None)
        check_silent("outside a session it does nothing", result, b"not set")
        result, _ = run(b"", os.path.join(folder, "missing.sock"))
        check_silent("an empty payload is not handed over", result, b"nothing")

        environment = {"HAPPY_HOLDER_SOCKET": os.path.join(folder, "missing.sock")}
        result = subprocess.run([HOOK], input=payload, env=environment, capture_output=True, timeout=60)
        check("without HAPPY_HOOK_DEBUG it says nothing", result.stderr == b"" and result.returncode == 0, result)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
