"""A home directory in which claude, codex and gemini start without a question, sign-in or network,
and talk to the scripted model (tests/fake-llm)."""

import json
import os
import subprocess
import time

ANTHROPIC_KEY = "sk-ant-scripted-0123456789abcdefghij"


class Model:
    """The scripted model, listening on a loopback port."""

    def __init__(self, folder):
        script = os.path.join(os.environ["HAPPY_SOURCE_DIR"], "tests/fake-llm/fake-llm.mjs")
        port_file = os.path.join(folder, "model.port")
        self.log = os.path.join(folder, "model.log")
        self.process = subprocess.Popen(["node", script, "--log", self.log, "--port-file", port_file, "--quiet"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_for("the scripted model", lambda: os.path.exists(port_file))
        with open(port_file, encoding="utf-8") as file:
            self.port = int(file.read())

    def close(self):
        self.process.terminate()
        self.process.wait(60)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def seed_claude(home, project):
    # 2.1.x asks about the key unless its end is approved, and shows the first-run wizard, which
    # needs the network, unless it is said to be done.
    write(os.path.join(home, ".claude.json"), json.dumps({
        "hasCompletedOnboarding": True,
        "theme": "dark",
        "hasSeenAutoDefaultNotice": True,
        "customApiKeyResponses": {"approved": [ANTHROPIC_KEY[-20:]], "rejected": []},
        "projects": {project: {"hasTrustDialogAccepted": True}},
    }))


def seed_codex(home, project, port):
    write(os.path.join(home, ".codex/config.toml"), f"""
model = "scripted"
model_provider = "scripted"
check_for_update_on_startup = false
approval_policy = "on-request"
sandbox_mode = "workspace-write"
[model_providers.scripted]
name = "scripted"
base_url = "http://127.0.0.1:{port}/v1"
wire_api = "responses"
env_key = "SCRIPTED_API_KEY"
request_max_retries = 2
stream_max_retries = 2
[analytics]
enabled = false
[feedback]
enabled = false
[projects."{project}"]
trust_level = "trusted"
""")


def seed_gemini(home):
    write(os.path.join(home, ".gemini/settings.json"), json.dumps({
        "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": False}},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False,
                    "sessionRetention": {"enabled": False}},
    }))


def make_environment(folder, agents_bin, port):
    """Seeds <folder>/home and <folder>/project; returns the environment for both."""
    home, project = os.path.join(folder, "home"), os.path.join(folder, "project")
    os.makedirs(project)
    os.makedirs(os.path.join(folder, "tmp"))
    seed_claude(home, project)
    seed_codex(home, project, port)
    seed_gemini(home)
    return {
        "HOME": home,
        "PATH": f"{agents_bin}:{os.environ['HAPPY_BUILD_DIR']}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        # Codex makes no files of its own in a home below the temporary directory.
        "TMPDIR": os.path.join(folder, "tmp"),
        "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}",
        "ANTHROPIC_API_KEY": ANTHROPIC_KEY,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "SCRIPTED_API_KEY": "anything",
        "GEMINI_API_KEY": "anything",
        "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{port}",
        "GEMINI_MODEL": "gemini-2.5-pro",
        "HAPPY_HOME_DIR": os.path.join(folder, "happy"),
        "HAPPY_LIBEXEC_DIR": os.environ["HAPPY_BUILD_DIR"],
    }


def wait_for(what, condition, seconds=60):
    """Polls `condition` until it returns something true, which is returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)
