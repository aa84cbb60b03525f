"""Health, version, and what is answered before any route is reached."""
from conformance import INTERNAL, Matcher, row

UTC = Matcher("UTC", lambda value: len(value) == 24 and value[10] == "T" and value[-1] == "Z")
BANNER = b"Welcome to Happy Server!"
RESPONSE = {"publicKey": "AAAA", "response": ""}


def not_found(method, path):
    return {"error": "Not found", "path": path, "method": method}


def wrong(error, message, status=400):
    return {"error": error, "message": message, "statusCode": status}


ROWS = [
    row("the banner", "GET", "/", 200, BANNER),
    row("HEAD is GET", "HEAD", "/", 200, b""),
    row("health", "GET", "/health", 200,
        {"status": "ok", "timestamp": UTC, "service": "happy-server"}),
    row("a query that nobody asked for", "GET", "/health?a=b&a", 200),
    row("no such route", "GET", "/v1/nothing?x=1", 404, not_found("GET", "/v1/nothing?x=1")),
    row("case counts", "GET", "/Health", 404, not_found("GET", "/Health")),
    row("no slash at the end", "GET", "/health/", 404, not_found("GET", "/health/")),
    row("no folding of slashes", "GET", "//health", 404, not_found("GET", "//health")),
    row("another method", "DELETE", "/health", 404, not_found("DELETE", "/health")),
    row("PATCH", "PATCH", "/health", 404, not_found("PATCH", "/health")),
    row("an escape that is none", "GET", "/v1/%zz", 400,
        {"error": "Bad Request", "code": "FST_ERR_BAD_URL",
         "message": "'/v1/%zz' is not a valid url component", "statusCode": 400}),
    row("an escaped path is the same path", "GET", "/%68ealth", 200),
    row("preflight", "OPTIONS", "/v1/sessions", 204, b"",
        headers={"Origin": "http://x", "Access-Control-Request-Method": "POST"}),
    row("OPTIONS that is no preflight", "OPTIONS", "/health", 400, b"Invalid Preflight Request"),
    row("version", "POST", "/v1/version", 200, {"updateUrl": None},
        json={"platform": "ios", "version": "1.0.0", "app_id": "x"}),
    row("version of nothing", "POST", "/v1/version", 400,
        wrong("Error", "body/platform Invalid input: expected string, received undefined, "
                       "body/version Invalid input: expected string, received undefined, "
                       "body/app_id Invalid input: expected string, received undefined"),
        json={}),
    row("a body that is no object", "POST", "/v1/version", 400,
        wrong("Error", "body/ Invalid input: expected object, received array"), json=[]),
    row("no body and no type", "POST", "/v1/version", 400,
        wrong("Error", "body/ Invalid input: expected object, received null")),
    row("a text", "POST", "/v1/version", 400,
        wrong("Error", "body/ Invalid input: expected object, received string"),
        body="{}", type="text/plain"),
    row("the type's case and parameters do not count", "POST", "/v1/version", 200,
        body='{"platform":"","version":"","app_id":""}', type="Application/JSON; charset=x"),
    row("another type", "POST", "/v1/version", 415,
        wrong("FastifyError", "Unsupported Media Type: text/html", 415), body="x", type="text/html"),
    row("a body without type", "POST", "/v1/version", 415,
        wrong("FastifyError", "Unsupported Media Type: undefined", 415), body="x"),
    row("a body that is too large", "POST", "/v1/version", 413,
        wrong("FastifyError", "Request body is too large", 413),
        body="x" * 65537, type="application/json"),
    row("validation comes before the token", "POST", "/v1/auth/response", 400, json={}),
    row("no token", "POST", "/v1/auth/response", 401,
        {"error": "Missing authorization header"}, json=RESPONSE),
    row("another scheme", "POST", "/v1/auth/response", 401,
        {"error": "Missing authorization header"}, json=RESPONSE,
        headers={"Authorization": "Basic eDp5"}),
    row("the scheme in lower case", "POST", "/v1/auth/response", 401,
        {"error": "Missing authorization header"}, json=RESPONSE,
        headers={"Authorization": "bearer x"}),
    row("nothing behind the scheme", "POST", "/v1/auth/response", 401,
        {"error": "Missing authorization header"}, json=RESPONSE,
        headers={"Authorization": "Bearer "}),
    row("a token that is none", "POST", "/v1/auth/response", 401, {"error": "Invalid token"},
        json=RESPONSE, headers={"Authorization": "Bearer x"}),
    row("a key that is no base64", "POST", "/v1/auth/request", 500, INTERNAL,
        json={"publicKey": "!"}),
]
