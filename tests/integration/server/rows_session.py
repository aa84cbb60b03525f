"""Sessions: made, found again, listed, archived, deleted."""
from conformance import ANY, CUID, TEXT, TIME
from verbs import delete, error, get, post, schema_error

UNAUTHORIZED = error("Missing authorization header")
SESSION_UNKNOWN = error("Session not found")


def made_session(**changes):
    """As POST answers it."""
    row = {"id": CUID, "seq": 0, "metadata": "m", "metadataVersion": 0, "agentState": None,
           "agentStateVersion": 0, "dataEncryptionKey": None, "active": True, "activeAt": TIME,
           "createdAt": TIME, "updatedAt": TIME, "lastMessage": None}
    row.update(changes)
    return row


def listed_session(last_message=True, **changes):
    """As lists have it: in another order, and without lastMessage in version 2."""
    row = {"id": CUID, "seq": 0, "createdAt": TIME, "updatedAt": TIME, "active": True, "activeAt": TIME,
           "metadata": "m", "metadataVersion": 0, "agentState": None, "agentStateVersion": 0,
           "dataEncryptionKey": None}
    if last_message:
        row["lastMessage"] = None
    row.update(changes)
    return row


ROWS = [
    get("the list needs a token", "/v1/sessions", who=None, status=401, answer=UNAUTHORIZED),
    get("there is none at first", "/v1/sessions", answer={"sessions": []}),
    post("what is wrong with a body comes before the token", "/v1/sessions", {"tag": 1}, who=None,
         status=400, answer=schema_error(
             "body/tag Invalid input: expected string, received number, "
             "body/metadata Invalid input: expected string, received undefined")),
    post("one is made, without the agent state", "/v1/sessions",
         {"tag": "t1", "metadata": "m", "agentState": "s", "dataEncryptionKey": None},
         answer={"session": made_session()}, keep={"session": "session/id"}),
    post("the same tag gives the same one", "/v1/sessions",
         {"tag": "t1", "metadata": "other", "dataEncryptionKey": "AAAA"},
         answer={"session": made_session(id="{session}")}),
    post("a key is kept", "/v1/sessions", {"tag": "t2", "metadata": "", "dataEncryptionKey": "AAEC"},
         answer={"session": made_session(metadata="",
                                         dataEncryptionKey="AAEC")}, keep={"second": "session/id"}),
    post("a key of no bytes is one", "/v1/sessions",
         {"tag": "t3", "metadata": "m", "dataEncryptionKey": "!!!"},
         answer={"session": made_session(dataEncryptionKey="")}, keep={"third": "session/id"}),
    post("an empty text is no key", "/v1/sessions",
         {"tag": "", "metadata": "m", "dataEncryptionKey": ""},
         answer={"session": made_session()}, keep={"fourth": "session/id"}),
    post("a tag belongs to its account", "/v1/sessions", {"tag": "t1", "metadata": "m"}, who="B",
         answer={"session": made_session()}, keep={"foreign": "session/id"}),
    get("version 1 lists all", "/v1/sessions", answer={"sessions": [ANY, ANY, ANY, ANY]}),
    get("version 2 pages by id", "/v2/sessions?limit=2",
        answer={"sessions": [listed_session(False, id="{fourth}"),
                             listed_session(False, id="{third}", dataEncryptionKey="")],
                "nextCursor": TEXT, "hasNext": True},
        keep={"cursor": "nextCursor"}),
    get("the cursor leads on", "/v2/sessions?limit=2&cursor={cursor}",
        answer={"sessions": [listed_session(False, id="{second}", metadata="",
                                            dataEncryptionKey="AAEC"),
                             listed_session(False, id="{session}")],
                "nextCursor": None, "hasNext": False}),
    get("an empty cursor is none", "/v2/sessions?cursor=&limit=1",
        answer={"sessions": [ANY], "nextCursor": TEXT, "hasNext": True},
        keep={"cursor": "nextCursor"}),
    get("a cursor has a prefix", "/v2/sessions?cursor=abc", status=400,
        answer=error("Invalid cursor format")),
    get("nothing changed in the future", "/v2/sessions?changedSince=99999999999999",
        answer={"sessions": [], "nextCursor": None, "hasNext": False}),
    get("a page has bounds", "/v2/sessions?limit=201", status=400, answer=schema_error(
        "querystring/limit Too big: expected number to be <=200")),
    get("changedSince is above 0", "/v2/sessions?changedSince=0", status=400, answer=schema_error(
        "querystring/changedSince Too small: expected number to be >0")),
    get("an empty limit is 0", "/v2/sessions/active?limit=", status=400, answer=schema_error(
        "querystring/limit Too small: expected number to be >=1")),
    get("the active ones", "/v2/sessions/active?limit=500",
        answer={"sessions": [ANY, ANY, ANY, ANY]}),
    post("archive needs no body", "/v1/sessions/{second}/archive", answer={"success": True}),
    post("and may be repeated with one", "/v1/sessions/{second}/archive", {}, answer={"success": True}),
    post("another's cannot be archived", "/v1/sessions/{foreign}/archive", {}, status=404,
         answer=SESSION_UNKNOWN),
    get("an archived one is not active", "/v2/sessions/active", answer={"sessions": [ANY, ANY, ANY]}),
    get("but listed first, as changed last", "/v1/sessions",
        answer={"sessions": [listed_session(id="{second}", active=False, metadata="",
                                            dataEncryptionKey="AAEC"), ANY, ANY, ANY]}),
    delete("another's cannot be deleted", "/v1/sessions/{foreign}", status=404,
           answer=error("Session not found or not owned by user")),
    delete("one is deleted", "/v1/sessions/{third}", answer={"success": True}),
    delete("once", "/v1/sessions/{third}", status=404,
           answer=error("Session not found or not owned by user")),
    get("and not listed", "/v1/sessions", answer={"sessions": [ANY, ANY, ANY]}),
    get("case counts", "/V1/sessions", status=404,
        answer={"error": "Not found", "path": "/V1/sessions", "method": "GET"}),
    get("so does a slash", "/v1/sessions/", status=404,
        answer={"error": "Not found", "path": "/v1/sessions/", "method": "GET"}),
]
