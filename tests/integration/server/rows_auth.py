"""Login, pairing of terminals, linking of devices: the exchanges that were recorded with the public
server. Texts of 400 that come from a parser of another language are not compared."""
from conformance import Matcher, claims, row
from happy_server import vectors


def token_of(case):
    """A token of the account, a terminal's or not."""
    wanted = case["token_claims"]
    account = "{" + wanted["sub"].removeprefix("ACCOUNT_") + "}"

    def fits(token):
        said = claims(token)
        return (token_of.accounts[account] == said["sub"] and said["iss"] == wanted["iss"]
                and ("session" in said) == wanted["has_session"]
                and ("exp" in said) == wanted["has_exp"])
    return Matcher(f"a token of {account}", fits)


token_of.accounts = {}


def prepare(kept):
    token_of.accounts = {"{A}": kept["A"], "{B}": kept["B"]}


def to_row(case):
    more = {"headers": case.get("headers", {})}
    if "bearer" in case:
        more["account"] = case["bearer"]
    if "body" in case:
        more["json"] = case["body"]
    if "body_text" in case:
        more.update(body=case["body_text"], type="application/json")
    answer = dict(case["response"])
    if "token" in answer:
        answer["token"] = token_of(case)
    if answer.get("error") == "SyntaxError":
        answer = None
    return row(case["name"], case["method"], case["path"], case["status"], answer, **more)


ROWS = [to_row(case) for case in vectors("crypto-auth-http")["cases"]]
