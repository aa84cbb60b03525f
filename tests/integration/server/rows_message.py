"""Messages: posted once, read in both directions."""
from conformance import CUID, TIME, Matcher
from rows_session import SESSION_UNKNOWN, UNAUTHORIZED, listed_session, made_session
from verbs import get, post, schema_error


def stored(seq, content, local_id):
    return {"id": CUID, "seq": seq, "content": ANY, "localId": local_id, "createdAt": TIME,
            "updatedAt": TIME} if content is None else \
        {"id": CUID, "seq": seq, "content": Matcher(
            content, lambda value: value == {"t": "encrypted", "c": content}),
         "localId": local_id, "createdAt": TIME, "updatedAt": TIME}


def receipt(seq, local_id):
    return {"id": CUID, "seq": seq, "localId": local_id, "createdAt": TIME, "updatedAt": TIME}


def items(*names):
    return {"messages": [{"content": f"c-{name}", "localId": name} for name in names]}


V3 = "/v3/sessions/{session}/messages"
ROWS = [
    post("a session", "/v1/sessions", {"tag": "t", "metadata": "m"},
         answer={"session": made_session()}, keep={"session": "session/id"}),
    get("no messages at first", V3, answer={"messages": [], "hasMore": False}),
    post("messages are numbered in order", V3, items("a", "b", "c"),
         answer={"messages": [receipt(1, "a"), receipt(2, "b"), receipt(3, "c")]}),
    post("known ones keep their numbers, equal ones count once", V3, items("d", "b", "d", "e"),
         answer={"messages": [receipt(2, "b"), receipt(4, "d"), receipt(5, "e")]}),
    get("all, upwards", V3, answer={"messages": [stored(i + 1, f"c-{name}", name)
                                                 for i, name in enumerate("abcde")],
                                    "hasMore": False}),
    get("upwards from a number", V3 + "?after_seq=1&limit=2",
        answer={"messages": [stored(2, "c-b", "b"), stored(3, "c-c", "c")], "hasMore": True}),
    get("downwards", V3 + "?before_seq=2147483647&limit=2",
        answer={"messages": [stored(5, "c-e", "e"), stored(4, "c-d", "d")], "hasMore": True}),
    get("downwards to the first", V3 + "?before_seq=2",
        answer={"messages": [stored(1, "c-a", "a")], "hasMore": False}),
    get("far above", V3 + "?after_seq=9007199254740991", answer={"messages": [], "hasMore": False}),
    get("not both ways", V3 + "?after_seq=0&before_seq=3", status=400, answer=schema_error(
        "querystring/ after_seq and before_seq are mutually exclusive")),
    get("before_seq is from 1", V3 + "?before_seq=0", status=400, answer=schema_error(
        "querystring/before_seq Too small: expected number to be >=1")),
    get("after_seq is from 0", V3 + "?after_seq=-1", status=400, answer=schema_error(
        "querystring/after_seq Too small: expected number to be >=0")),
    get("500 at most", V3 + "?limit=501", status=400, answer=schema_error(
        "querystring/limit Too big: expected number to be <=500")),
    get("version 1 has the newest first", "/v1/sessions/{session}/messages",
        answer={"messages": [stored(5 - i, f"c-{name}", name) for i, name in enumerate("edcba")]}),
    post("an empty message is one", V3, {"messages": [{"content": "", "localId": "empty"}]},
         answer={"messages": [receipt(6, "empty")]}),
    post("none is too few", V3, {"messages": []}, status=400, answer=schema_error(
        "body/messages Too small: expected array to have >=1 items")),
    post("101 are too many", V3, items(*[str(i) for i in range(101)]), status=400,
         answer=schema_error("body/messages Too big: expected array to have <=100 items")),
    post("100 are not", V3, items(*[f"n{i}" for i in range(100)]),
         answer={"messages": [receipt(7 + i, f"n{i}") for i in range(100)]}),
    post("localId has a character", V3, {"messages": [{"content": "", "localId": ""}]}, status=400,
         answer=schema_error(
             "body/messages/0/localId Too small: expected string to have >=1 characters")),
    get("another's are hidden", V3, who="B", status=404, answer=SESSION_UNKNOWN),
    get("in version 1, too", "/v1/sessions/{session}/messages", who="B", status=404,
        answer=SESSION_UNKNOWN),
    post("nobody else posts", V3, items("x"), who="B", status=404, answer=SESSION_UNKNOWN),
    post("a body comes before the token", V3, {}, who=None, status=400, answer=schema_error(
        "body/messages Invalid input: expected array, received undefined")),
    post("then the token", V3, items("x"), who=None, status=401, answer=UNAUTHORIZED),
    get("the session counts them", "/v1/sessions",
        answer={"sessions": [listed_session(id="{session}", seq=106)]}),
]
