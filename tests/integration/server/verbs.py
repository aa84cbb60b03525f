"""Rows that an account asks, A unless told otherwise."""
from conformance import ANY, row


def _row(method, name, path, status, answer, who, more):
    if who:
        more["account"] = who
    return row(name, method, path, status, answer, **more)


def get(name, path, status=200, answer=ANY, who="A", **more):
    return _row("GET", name, path, status, answer, who, more)


def post(name, path, *json, status=200, answer=ANY, who="A", **more):
    """`json`, when there is one, is the body."""
    if json:
        more["json"] = json[0]
    return _row("POST", name, path, status, answer, who, more)


def put(name, path, *json, status=200, answer=ANY, who="A", **more):
    if json:
        more["json"] = json[0]
    return _row("PUT", name, path, status, answer, who, more)


def delete(name, path, status=200, answer=ANY, who="A", **more):
    return _row("DELETE", name, path, status, answer, who, more)


def error(text):
    return {"error": text}


def schema_error(message):
    return {"error": "Error", "message": message, "statusCode": 400}
