"""The key-value store."""
from verbs import error, get, post, schema_error


def item(key, value, version):
    return {"key": key, "value": value, "version": version}


def mutate(*changes):
    return {"mutations": [item(*change) for change in changes]}


def mutated(*results):
    return {"success": True, "results": [{"key": key, "version": version}
                                         for key, version in results]}


def mismatch(key, version, value):
    return {"key": key, "error": "version-mismatch", "version": version, "value": value}


KEY_UNKNOWN = error("Key not found")
ROWS = [
    get("nothing at first", "/v1/kv", answer={"items": []}),
    get("no such key", "/v1/kv/a", status=404, answer=KEY_UNKNOWN),
    post("keys are made", "/v1/kv", mutate(("a1", "AAEC", -1), ("a2", "AA==", -1), ("b", "AQ==", -1)),
         answer=mutated(("a1", 0), ("a2", 0), ("b", 0))),
    get("one is read", "/v1/kv/a1", answer=item("a1", "AAEC", 0)),
    get("by prefix", "/v1/kv?prefix=a",
        answer={"items": [item("a1", "AAEC", 0), item("a2", "AA==", 0)]}),
    get("a prefix has no wildcards", "/v1/kv?prefix=%25", answer={"items": []}),
    get("a list has a limit", "/v1/kv?limit=1", answer={"items": [item("a1", "AAEC", 0)]}),
    get("of 1000 at most", "/v1/kv?limit=1001", status=400, answer=schema_error(
        "querystring/limit Too big: expected number to be <=1000")),
    post("several", "/v1/kv/bulk", {"keys": ["b", "none", "b"]},
         answer={"values": [item("b", "AQ==", 0)]}),
    post("one at least", "/v1/kv/bulk", {"keys": []}, status=400, answer=schema_error(
        "body/keys Too small: expected array to have >=1 items")),
    post("all or nothing", "/v1/kv", mutate(("a1", "AQ==", 0), ("a2", "AQ==", 7), ("c", "AQ==", 0)),
         status=409, answer={"success": False, "errors": [mismatch("a2", 0, "AA=="),
                                                          mismatch("c", -1, None)]}),
    get("nothing was written", "/v1/kv/a1", answer=item("a1", "AAEC", 0)),
    post("half a version is none", "/v1/kv", mutate(("a1", "AQ==", 0.5)), status=409,
         answer={"success": False, "errors": [mismatch("a1", 0, "AAEC")]}),
    post("changed and deleted", "/v1/kv", mutate(("a1", "AQ==", 0), ("a2", None, 0)),
         answer=mutated(("a1", 1), ("a2", 1))),
    get("a deleted one is gone", "/v1/kv/a2", status=404, answer=KEY_UNKNOWN),
    get("from lists, too", "/v1/kv", answer={"items": [item("a1", "AQ==", 1), item("b", "AQ==", 0)]}),
    post("but counts on", "/v1/kv", mutate(("a2", "Ag==", -1)), status=409,
         answer={"success": False, "errors": [mismatch("a2", 1, None)]}),
    post("and comes back", "/v1/kv", mutate(("a2", "Ag==", 1)), answer=mutated(("a2", 2))),
    post("what changes one is base64", "/v1/kv", mutate(("a2", "!!!!", 2)), status=400,
         answer=error("Failed to mutate values")),
    post("a value is there, or null", "/v1/kv", {"mutations": [{"key": "a", "version": 0}]},
         status=400, answer=schema_error(
             "body/mutations/0/value Invalid input: expected string, received undefined")),
    get("others see nothing", "/v1/kv", who="B", answer={"items": []}),
    get("a long key is no path", "/v1/kv/" + "k" * 101, status=404,
        answer={"error": "Not found", "path": "/v1/kv/" + "k" * 101, "method": "GET"}),
]
