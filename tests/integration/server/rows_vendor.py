"""Tokens of other services."""
from conformance import ANY
from verbs import delete, get, post, schema_error

OPTION = 'params/vendor Invalid option: expected one of "openai"|"anthropic"|"gemini"'
ROWS = [
    get("there is none at first", "/v1/connect/openai/token", answer={"token": None}),
    get("nor in the list", "/v1/connect/tokens", answer={"tokens": []}),
    post("one is left here", "/v1/connect/openai/register", {"token": "{\"a\":\"secret-1\"}"},
         answer={"success": True}),
    post("another", "/v1/connect/gemini/register", {"token": "g"}, answer={"success": True}),
    get("it is given back", "/v1/connect/openai/token", answer={"token": "{\"a\":\"secret-1\"}"}),
    post("and replaced", "/v1/connect/openai/register", {"token": ""}, answer={"success": True}),
    get("by a text of no characters, too", "/v1/connect/openai/token", answer={"token": ""}),
    get("all", "/v1/connect/tokens", answer={"tokens": [{"vendor": "gemini", "token": "g"},
                                                        {"vendor": "openai", "token": ""}]}),
    get("not to others", "/v1/connect/openai/token", who="B", answer={"token": None}),
    get("the profile tells of them", "/v1/account/profile",
        answer=lambda profile: profile["connectedServices"] == ["gemini", "openai"]),
    delete("one is taken away", "/v1/connect/openai", answer={"success": True}),
    delete("and may be again", "/v1/connect/openai", answer={"success": True}),
    get("it is gone", "/v1/connect/openai/token", answer={"token": None}),
    get("another vendor", "/v1/connect/other/token", status=400, answer=schema_error(OPTION)),
    post("a token is a text", "/v1/connect/openai/register", {"token": None}, status=400,
         answer=schema_error("body/token Invalid input: expected string, received null")),
    get("needs a token", "/v1/connect/tokens", who=None, status=401, answer=ANY),
]
