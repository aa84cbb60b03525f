"""Machines: registered, listed, deleted."""
from conformance import ANY, TIME
from verbs import delete, error, get, post, schema_error


def machine(has_seq=True, **changes):
    row = {"id": "m1", "metadata": "meta", "metadataVersion": 1, "daemonState": None,
           "daemonStateVersion": 0, "dataEncryptionKey": None}
    if has_seq:
        row["seq"] = 0
    row.update({"active": False, "activeAt": TIME, "createdAt": TIME, "updatedAt": TIME})
    row.update(changes)
    return row


MACHINE_UNKNOWN = error("Machine not found")
ROWS = [
    get("there is none at first", "/v1/machines", answer=[]),
    post("one is registered", "/v1/machines", {"id": "m1", "metadata": "meta"},
         answer={"machine": machine(False)}),
    post("again, unchanged", "/v1/machines",
         {"id": "m1", "metadata": "other", "daemonState": "d", "dataEncryptionKey": "AAEC"},
         answer={"machine": machine(False)}),
    post("with a state and a key", "/v1/machines",
         {"id": "m/2", "metadata": "", "daemonState": "d", "dataEncryptionKey": "AAEC"},
         answer={"machine": machine(False, id="m/2", metadata="", daemonState="d",
                                    daemonStateVersion=1, dataEncryptionKey="AAEC")}),
    post("a state is absent, not null", "/v1/machines",
         {"id": "m3", "metadata": "", "daemonState": None}, status=400, answer=schema_error(
             "body/daemonState Invalid input: expected string, received null")),
    post("an id is one account's", "/v1/machines", {"id": "m1", "metadata": "meta"}, who="B",
         status=409, answer=error("Machine belongs to another account")),
    get("the list is bare", "/v1/machines", answer=[ANY, ANY]),
    get("others see nothing", "/v1/machines", who="B", answer=[]),
    get("one of them", "/v1/machines/m1", answer={"machine": machine()}),
    get("an escaped slash is part of the id", "/v1/machines/m%2F2",
        answer={"machine": machine(id="m/2", metadata="", daemonState="d", daemonStateVersion=1,
                                   dataEncryptionKey="AAEC")}),
    get("not another's", "/v1/machines/m1", who="B", status=404, answer=MACHINE_UNKNOWN),
    delete("nor to be deleted", "/v1/machines/m1", who="B", status=404, answer=MACHINE_UNKNOWN),
    delete("one is deleted", "/v1/machines/m1", answer={"success": True}),
    delete("once", "/v1/machines/m1", status=404, answer=MACHINE_UNKNOWN),
]
