"""What an issuer says of itself: OpenID Connect Discovery 1.0."""

from urllib.parse import urlsplit

from support import http
from support.oidc import discovery_document

ENDPOINTS = [
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "revocation_endpoint",
]


def get(url: str) -> http.Reply:
    parts = urlsplit(url)
    return http.request((parts.hostname, parts.port), "GET", parts.path)


def test_the_document_names_its_issuer_and_lies_below_it(driver):
    document = discovery_document(driver.issuer)
    assert document["issuer"] == driver.issuer
    for name in ENDPOINTS:
        assert document[name].startswith(driver.issuer + "/protocol/openid-connect/"), name


def test_the_document_says_what_public_clients_need(driver):
    document = discovery_document(driver.issuer)
    assert "code" in document["response_types_supported"]
    assert {"authorization_code", "refresh_token"} <= set(document["grant_types_supported"])
    assert "S256" in document["code_challenge_methods_supported"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "openid" in document["scopes_supported"]
    assert document["subject_types_supported"]
    assert document["authorization_response_iss_parameter_supported"] is True


def test_the_keys_are_public_and_are_named(driver):
    reply = get(discovery_document(driver.issuer)["jwks_uri"])
    assert reply.status == 200
    signing = [key for key in reply.json["keys"] if key.get("use") == "sig" and key["kty"] == "RSA"]
    assert signing
    for key in signing:
        assert key["kid"] and key["n"] and key["e"]
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()
