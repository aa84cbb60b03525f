"""Users, friends and the feed."""
from conformance import ANY, CUID, TEXT, TIME
from verbs import error, get, post, schema_error


def user(key, status):
    return {"id": "{" + key + "}", "firstName": "", "lastName": None, "avatar": None, "username": "",
            "bio": None, "status": status}


def feed_item(kind, key, cursor):
    return {"id": CUID, "body": {"kind": kind, "uid": "{" + key + "}"}, "repeatKey": TEXT,
            "cursor": cursor, "createdAt": TIME}


ROWS = [
    get("who is the other", "/v1/user/{B}", answer={"user": user("B", "none")}),
    get("nobody", "/v1/user/nobody", status=404, answer=error("User not found")),
    get("a search has a query", "/v1/user/search", status=400, answer=schema_error(
        "querystring/query Invalid input: expected string, received undefined")),
    get("nobody has a name", "/v1/user/search?query=a", answer={"users": []}),
    get("no friends at first", "/v1/friends", answer={"friends": []}),
    get("no feed at first", "/v1/feed", answer={"items": [], "hasMore": False}),
    post("not oneself", "/v1/friends/add", {"uid": "{A}"}, answer={"user": None}),
    post("nor nobody", "/v1/friends/add", {"uid": "nobody"}, answer={"user": None}),
    post("one asks", "/v1/friends/add", {"uid": "{B}"}, answer={"user": user("B", "requested")}),
    get("the other is told", "/v1/feed", who="B",
        answer={"items": [feed_item("friend_request", "A", "0-1")], "hasMore": False}),
    get("and sees it", "/v1/friends", who="B", answer={"friends": [user("A", "pending")]}),
    post("the other accepts", "/v1/friends/add", {"uid": "{A}"}, who="B",
         answer={"user": user("A", "friend")}),
    get("one is told", "/v1/feed?limit=1",
        answer={"items": [feed_item("friend_accepted", "B", "0-1")], "hasMore": False}),
    get("by cursor, above", "/v1/feed?after=0-1", answer={"items": [], "hasMore": False}),
    get("by cursor, below", "/v1/feed?before=0-2", answer={"items": [ANY], "hasMore": False}),
    get("a cursor has a form", "/v1/feed?before=1", status=400, answer=error("Invalid cursor format")),
    get("they are friends", "/v1/friends", answer={"friends": [user("B", "friend")]}),
    post("one parts", "/v1/friends/remove", {"uid": "{B}"}, answer={"user": user("B", "requested")}),
    get("is still asked", "/v1/user/{B}", answer={"user": user("B", "pending")}),
    post("and declines", "/v1/friends/remove", {"uid": "{B}"}, answer={"user": user("B", "none")}),
    post("from nobody", "/v1/friends/remove", {"uid": "nobody"}, answer={"user": None}),
]
