#!/usr/bin/env python3
"""The command line itself: help, errors, exit codes, man pages, completions."""
import glob
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from driver import HAPPYCTL, SOURCE, Place, main  # noqa: E402

MAN = SOURCE + "/docs/man/"
COMPLETIONS = SOURCE + "/contrib/completions/"


def run(*words, **variables):
    return subprocess.run([HAPPYCTL, *words], capture_output=True, text=True, timeout=30, check=False,
                          stdin=subprocess.DEVNULL, env=dict(os.environ, HAPPY_HOME_DIR="/nonexistent/happy", **variables))


def commands():
    listed = run("complete", "commands")
    assert listed.returncode == 0, listed
    return [line.split("\t")[0] for line in listed.stdout.splitlines()]


def test_overview():
    """happyctl alone prints a help with examples that fits 24 lines of 80 columns"""
    for words in ((), ("help",), ("--help",), ("-h",)):
        done = run(*words)
        assert done.returncode == 0 and done.stderr == "", done
        lines = done.stdout.split("\n")
        assert len(lines) <= 24, len(lines)  # the last is the shell's prompt
        assert max(map(len, lines)) < 80, max(lines, key=len)
        assert "happyctl start claude" in done.stdout
    for command in commands():
        assert command in ("version", "help") or re.search(r"^  %s +\w" % command, done.stdout, re.M), command


def test_help_of_commands():
    """each command has help with an example, and it fits"""
    for command in commands():
        done = run(command, "--help")
        assert done.returncode == 0 and done.stdout == run("help", command).stdout, done
        assert done.stdout.startswith("usage: happyctl " + command), done.stdout
        example = done.stdout.split("\nexample:\n")[1]
        assert all(line.startswith("  happyctl ") for line in example.splitlines()), example
        lines = done.stdout.split("\n")
        assert len(lines) <= 24 and max(map(len, lines)) < 100, (command, len(lines), max(lines, key=len))


def test_mistakes():
    """mistakes are named with what was probably meant, and status 2"""
    for words, said, fix in (
            (("lst",), 'no command "lst"', "did you mean happyctl list?"),
            (("sttaus",), 'no command "sttaus"', "happyctl status"),
            (("xyzzy",), 'no command "xyzzy"', "happyctl help"),
            (("--jsno",), 'no option "--jsno"', "happyctl help"),
            (("list", "--jsno"), "no option --jsno", "did you mean --json?"),
            (("list", "-x"), "no option -x", "happyctl list --help"),
            (("list", "extra"), '"extra" is one word too many', "happyctl list [OPTIONS]"),
            (("start",), "start what?", "happyctl start claude"),
            (("start", "-d", "clade"), 'no agent "clade"', "did you mean claude?"),
            (("start", "-d", "make"), 'no agent "make"', "happyctl start -- make"),
            (("start", "-d", "claude", "prompt"), '"prompt" is one word too many', "start AGENT -- ARGUMENTS"),
            (("start", "-d", "--size", "big", "shell"), '"big" is no size', "--size 120x40"),
            (("start", "-d", "--size", "0x10", "shell"), '"0x10" is no size', "--size"),
            (("start", "-d", "--env", "nothing", "shell"), "--env nothing is not KEY=VALUE", ""),
            (("start", "--json", "shell"), "--json needs --detached", ""),
            (("start", "shell"), "must be a terminal", "happyctl start -d"),
            (("attach",), "must be a terminal", "happyctl screen"),
            (("attach", "--history", "many"), "--history must be a whole number", ""),
            (("start", "-n"), "--name needs a value", "--name NAME"),
            (("detach",), "detach needs more", "happyctl detach"),
            (("send",), "send needs more", "happyctl send"),
            (("wait",), "wait for what?", "happyctl wait --idle"),
            (("daemon", "sotp"), 'cannot be asked to "sotp"', "happyctl daemon stop"),
            (("daemon",), "daemon needs more", "start|stop"),
            (("api", "session.list", "{"), "not valid JSON", "JSON object"),
            (("help", "xyzzy"), 'no command "xyzzy"', "happyctl help")):
        done = run(*words)
        assert done.returncode == 2 and done.stdout == "", (words, done)
        lines = done.stderr.split("\n")
        assert lines[0].startswith("happyctl: ") and said in lines[0], (words, done.stderr)
        assert not fix or (lines[1].startswith("  fix: ") and fix in lines[1]), (words, done.stderr)


def test_no_home():
    """without a place for its files, what is missing is named"""
    done = subprocess.run([HAPPYCTL, "list"], capture_output=True, text=True, check=False, timeout=30,
                          env={"HAPPY_HOME_DIR": "/nonexistent/happy"})
    assert done.returncode == 4 and "/nonexistent/happy" in done.stderr, done


def test_version():
    """the version is the package's"""
    done = run("version")
    assert done.returncode == 0 and re.fullmatch(r"happyctl \d+\.\d+\.\d+\n", done.stdout), done
    assert run("--version").stdout == run("-V").stdout == done.stdout


def test_man_pages():
    """the man pages are well-formed, and tell of every command and option"""
    if not shutil.which("mandoc"):
        print("# mandoc is not installed; not checked")
        return
    pages = glob.glob(MAN + "*.[18]")
    assert len(pages) >= 5, pages
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *pages], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    text = subprocess.run(["mandoc", "-Tascii", "-Owidth=200", MAN + "happyctl.1"], capture_output=True, text=True,
                          check=True).stdout
    text = re.sub(".\b", "", text)
    for command in commands():
        section = re.search(r"^     %s .*?(?=^     (?!%s )[a-z]|^[A-Z])" % (command, command), text + "\nEND", re.M | re.S)
        assert section or re.search(r"^     %s$" % command, text, re.M), "the man page lacks " + command
        for line in run("complete", "options", command).stdout.splitlines():
            option = line.split("\t")[0]
            if option in ("-h", "--help", "--no-start"):
                assert option in text
            else:
                assert re.search(r"(^|[\s|,])%s\b" % option, section.group()), (command, option)
    alias = {line.split("(also: ")[1].rstrip(")\n") for command in commands()
             for line in run(command, "--help").stdout.splitlines() if "(also: " in line}
    for name in alias:
        assert re.search(r"Also\s+called\s+%s\." % name, text), name
    for program in ("happyd", "happy-holder", "happy-hook"):
        assert os.path.exists(MAN + program + ".8"), program


def bash_completes(place, *words):
    """What bash offers for the last of the words."""
    quoted = " ".join("'%s'" % word for word in words)
    script = """source %s/happyctl.bash; complete -p happyctl >/dev/null || exit 1
        COMP_WORDS=(happyctl %s); COMP_CWORD=%d; _happyctl; printf '%%s\\n' "${COMPREPLY[@]}" """ % (
        COMPLETIONS, quoted, len(words))
    environment = dict(place.environment, PATH=os.path.dirname(HAPPYCTL) + ":" + place.environment["PATH"])
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, env=environment,
                          timeout=30, check=False)
    assert done.returncode == 0 and done.stderr == "", done
    return done.stdout.split()


def test_bash_completion():
    """bash completes commands, options, agents, sessions and directories' options"""
    with Place() as place:
        assert "list" in bash_completes(place, "l") and "log" in bash_completes(place, "l")
        assert set(bash_completes(place, "")) == set(commands())
        assert bash_completes(place, "sta") == ["start", "status"]
        assert bash_completes(place, "start", "") == ["claude", "codex", "gemini", "shell"]
        assert bash_completes(place, "start", "--de") == ["--detached"]
        assert bash_completes(place, "daemon", "re") == ["restart"]
        assert bash_completes(place, "attach", "") == [], "completing starts no daemon"
        assert not os.path.exists(place.home)
        place.ok("start", "-d", "-n", "first", "--", "cat")
        place.ok("start", "-d", "-n", "second", "--", "cat")
        assert bash_completes(place, "attach", "") == ["first", "second"]
        assert bash_completes(place, "attach", "-r", "s") == ["second"]
        assert bash_completes(place, "attach", "first", "") == []
        assert bash_completes(place, "stop", "first", "se") == ["second"]
        assert bash_completes(place, "send", "-s", "fi") == ["first"]
        assert bash_completes(place, "start", "-n", "") == []


def test_other_completions():
    """zsh and fish accept their completions, and fish offers the same words"""
    if shutil.which("zsh"):
        subprocess.run(["zsh", "-n", COMPLETIONS + "_happyctl"], check=True, timeout=30)
    if not shutil.which("fish"):
        print("# fish is not installed; not checked")
        return
    subprocess.run(["fish", "--no-execute", COMPLETIONS + "happyctl.fish"], check=True, timeout=30)
    with Place() as place:
        environment = dict(place.environment, PATH=os.path.dirname(HAPPYCTL) + ":" + place.environment["PATH"])
        for line, wanted in (("happyctl start cl", ["claude"]), ("happyctl daemon un", ["uninstall"]),
                             ("happyctl stat", ["status"]), ("happyctl list --js", ["--json"])):
            script = "source %shappyctl.fish; complete -C '%s'" % (COMPLETIONS, line)
            done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True,
                                  env=environment, timeout=30, check=False)
            assert [word.split("\t")[0] for word in done.stdout.splitlines()] == wanted, done


main(globals())
