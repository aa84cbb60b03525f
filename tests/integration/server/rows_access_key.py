"""Access keys of sessions on machines."""
from conformance import TIME
from rows_machine import machine
from rows_session import made_session
from verbs import error, get, post, put, schema_error

KEY = "/v1/access-keys/{session}/k1"
PARENT_UNKNOWN = error("Session or machine not found")


def access_key(data, version):
    return {"data": data, "dataVersion": version, "createdAt": TIME, "updatedAt": TIME}


ROWS = [
    post("a session", "/v1/sessions", {"tag": "t", "metadata": "m"},
         answer={"session": made_session()}, keep={"session": "session/id"}),
    post("a machine", "/v1/machines", {"id": "k1", "metadata": "meta"},
         answer={"machine": machine(False, id="k1")}),
    get("none at first", KEY, answer={"accessKey": None}),
    put("none to change", KEY, {"data": "x", "expectedVersion": 1}, status=404,
        answer=error("Access key not found")),
    post("one is made", KEY, {"data": "one"},
         answer={"success": True, "accessKey": access_key("one", 1)}),
    post("once", KEY, {"data": "two"}, status=409, answer=error("Access key already exists")),
    put("it is changed", KEY, {"data": "two", "expectedVersion": 1},
        answer={"success": True, "version": 2}),
    put("of this version only", KEY, {"data": "three", "expectedVersion": 1},
        answer={"success": False, "error": "version-mismatch", "currentVersion": 2,
                "currentData": "two"}),
    put("versions are from 0", KEY, {"data": "x", "expectedVersion": -1}, status=400,
        answer=schema_error("body/expectedVersion Too small: expected number to be >=0")),
    get("it is there", KEY, answer={"accessKey": access_key("two", 2)}),
    get("no such machine", "/v1/access-keys/{session}/k2", status=404, answer=PARENT_UNKNOWN),
    post("no such session", "/v1/access-keys/nothing/k1", {"data": "x"}, status=404,
         answer=PARENT_UNKNOWN),
    get("not another's", KEY, who="B", status=404, answer=PARENT_UNKNOWN),
]
