"""Artifacts: made, changed in parts, deleted."""
from conformance import TIME
from verbs import delete, error, get, post, schema_error

ARTIFACT_ID = "0B2F7E9C-6B3C-4F0E-9A61-0B4C3C1A2D5E"


def artifact(**changes):
    row = {"id": ARTIFACT_ID, "header": "AAEC", "headerVersion": 1, "body": "AAAAAA==", "bodyVersion": 1,
           "dataEncryptionKey": "AQ==", "seq": 0, "createdAt": TIME, "updatedAt": TIME}
    row.update(changes)
    return row


def listed_artifact(**changes):
    row = artifact(**changes)
    del row["body"], row["bodyVersion"]
    return row


NEW_ARTIFACT = {"id": ARTIFACT_ID, "header": "AAEC", "body": "AAAAAA", "dataEncryptionKey": "AQ=="}
ARTIFACT = "/v1/artifacts/" + ARTIFACT_ID
ARTIFACT_UNKNOWN = error("Artifact not found")
ROWS = [
    get("there is none at first", "/v1/artifacts", answer=[]),
    post("an id is a UUID", "/v1/artifacts", dict(NEW_ARTIFACT, id="x"), status=400,
         answer=schema_error("body/id Invalid UUID")),
    post("parts are base64", "/v1/artifacts", dict(NEW_ARTIFACT, header="!!!!"), status=400,
         answer=error("Failed to create artifact")),
    post("one is made", "/v1/artifacts", NEW_ARTIFACT, answer=artifact()),
    post("again, unchanged", "/v1/artifacts", dict(NEW_ARTIFACT, header="AQ=="), answer=artifact()),
    post("an id is one account's", "/v1/artifacts", NEW_ARTIFACT, who="B", status=409,
         answer=error("Artifact with this ID already exists for another account")),
    get("the list is bare, and without bodies", "/v1/artifacts", answer=[listed_artifact()]),
    get("one of them", ARTIFACT, answer=artifact()),
    get("not another's", ARTIFACT, who="B", status=404, answer=ARTIFACT_UNKNOWN),
    post("a part is changed", ARTIFACT, {"header": "Ag==", "expectedHeaderVersion": 1},
         answer={"success": True, "headerVersion": 2}),
    post("both, or nothing", ARTIFACT,
         {"header": "Aw==", "expectedHeaderVersion": 1, "body": "Aw==", "expectedBodyVersion": 1},
         answer={"success": False, "error": "version-mismatch", "currentHeaderVersion": 2,
                 "currentHeader": "Ag=="}),
    post("both", ARTIFACT,
         {"header": "Aw==", "expectedHeaderVersion": 2, "body": "Aw==", "expectedBodyVersion": 1},
         answer={"success": True, "headerVersion": 3, "bodyVersion": 2}),
    post("a value without its version is none", ARTIFACT, {"body": "AAAA"}, answer={"success": True}),
    get("each counted", ARTIFACT, answer=artifact(header="Aw==", headerVersion=3, body="Aw==",
                                                  bodyVersion=2, seq=3)),
    post("null is no part", ARTIFACT, {"body": None}, status=400, answer=schema_error(
        "body/body Invalid input: expected string, received null")),
    post("nor another's", ARTIFACT, {}, who="B", status=404, answer=ARTIFACT_UNKNOWN),
    delete("nor to be deleted", ARTIFACT, who="B", status=404, answer=ARTIFACT_UNKNOWN),
    delete("one is deleted", ARTIFACT, answer={"success": True}),
    delete("once", ARTIFACT, status=404, answer=ARTIFACT_UNKNOWN),
]
