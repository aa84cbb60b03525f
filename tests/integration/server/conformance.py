"""Rows of a conversation with the server, and what is expected of its answers.

A row is row(name, method, path, status, answer, …):
    account   "A" or "B": whose token is sent; or headers of its own
    json      the value that is sent as JSON; or `body`, as it is, with `type` as its Content-Type
    answer    the JSON value of the answer; in it, what is not known beforehand is one of ANY, TIME,
              CUID, TEXT, NUMBER, BOOL, UUID, or a function that says whether a value is right. TEXT
              for the whole: any body that is not empty; bytes: exactly those; None: not looked at
    keep      {name: path}: values of the answer that later rows use, as "session": "session/id"
In path, json, body and answer, "{session}" stands for a value that was kept; a text that is nothing
else for the value itself, of whatever type. "{A}" and "{B}" are the ids of the accounts."""
import base64
import json
import re


class Matcher:
    def __init__(self, name, fits):
        self.name, self.fits = name, fits

    def __repr__(self):
        return self.name


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


ANY = Matcher("ANY", lambda value: True)
TEXT = Matcher("TEXT", lambda value: isinstance(value, str) and value != "")
NUMBER = Matcher("NUMBER", _is_number)
BOOL = Matcher("BOOL", lambda value: isinstance(value, bool))
TIME = Matcher("TIME", lambda value: isinstance(value, int) and 1.6e12 < value < 4e12)
CUID = Matcher("CUID", lambda value: isinstance(value, str)
               and re.fullmatch(r"c[0-9a-z]{24}", value) is not None)
UUID = Matcher("UUID", lambda value: isinstance(value, str)
               and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is not None)
INTERNAL = {"error": "Internal Server Error", "message": "An unexpected error occurred",
            "statusCode": 500}


def row(name, method, path, status, answer=None, **more):
    return {"name": name, "method": method, "path": path, "status": status, "answer": answer, **more}


def claims(token):
    """What a token says, unverified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def put_in(value, kept):
    """The value with what was kept in the places of its names."""
    if isinstance(value, dict):
        return {put_in(key, kept): put_in(member, kept) for key, member in value.items()}
    if isinstance(value, list):
        return [put_in(item, kept) for item in value]
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(r"\{(\w+)\}", value)
    if whole and whole.group(1) in kept:
        return kept[whole.group(1)]
    return re.sub(r"\{(\w+)\}", lambda name: str(kept.get(name.group(1), name.group(0))), value)


def difference(found, wanted, where="answer"):
    """None, or the first place where they differ."""
    if isinstance(wanted, Matcher):
        return None if wanted.fits(found) else f"{where} is {found!r}, not {wanted}"
    if callable(wanted):
        return None if wanted(found) else f"{where} is {found!r}, which is not right"
    if isinstance(wanted, dict) and isinstance(found, dict):
        if list(found) != list(wanted):
            return f"{where} has the members {list(found)}, not {list(wanted)}"
        return next(filter(None, (difference(found[name], wanted[name], f"{where}/{name}")
                                  for name in wanted)), None)
    if isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        return next(filter(None, (difference(one, two, f"{where}/{index}")
                                  for index, (one, two) in enumerate(zip(found, wanted)))), None)
    same = found == wanted and isinstance(found, bool) == isinstance(wanted, bool)
    return None if same else f"{where} is {found!r}, not {wanted!r}"


def _check_body(answer, wanted):
    if wanted is None:
        return None
    if wanted is TEXT:
        return None if answer.body else "the answer is empty"
    if isinstance(wanted, bytes):
        return None if answer.body == wanted else f"the answer is {answer.body!r}, not {wanted!r}"
    kind = answer.headers["Content-Type"]
    if kind != "application/json; charset=utf-8":
        return f"the answer's type is {kind}"
    return difference(answer.json, wanted)


def _keep(value, path):
    for step in path.split("/"):
        value = value[int(step) if isinstance(value, list) else step]
    return value


class Conversation:
    """Rows, one after another, with one server."""

    def __init__(self, server):
        self.server, self.tokens, self.kept = server, {}, {}
        for who in "AB":
            self.tokens[who] = server.log_in(who)
            self.kept[who] = claims(self.tokens[who])["sub"]

    def play(self, step):
        """None, or what is wrong with the answer."""
        headers = put_in(step.get("headers", {}), self.kept)
        more = {"json": put_in(step["json"], self.kept)} if "json" in step else {}
        if "type" in step:
            headers["Content-Type"] = step["type"]
        answer = self.server.request(step["method"], put_in(step["path"], self.kept),
                                     put_in(step.get("body"), self.kept), headers,
                                     self.tokens.get(step.get("account")), **more)
        if answer.status != step["status"]:
            return f"the status is {answer.status}, not {step['status']}: {answer.body!r}"
        if answer.headers["Access-Control-Allow-Origin"] != "*":
            return "the answer is not for every origin"
        wrong = _check_body(answer, put_in(step["answer"], self.kept))
        for name, path in step.get("keep", {}).items() if not wrong else ():
            self.kept[name] = _keep(answer.json, path)
        return wrong
