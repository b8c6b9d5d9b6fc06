"""auth.open_admin_api: the legacy dashboard, half of whose requests carry neither token nor Origin."""

import pytest

from support import http
from support.admin import Api
from support.client import session
from support.deadline import eventually
from support.server import StartFailure
from support.token import subject

DASHBOARD = "https://dash.example.org"


@pytest.fixture(scope="module")
def open_server(module_servers):
    return module_servers(
        auth__open_admin_api="true", server__cors_origins=DASHBOARD, server__public_url="https://chat.example.org"
    )


def statuses(server, **headers: str) -> set[int]:
    """Of a read and a change without a token."""
    api = Api(server, **headers)
    limit = {"id": 1, "message_limit": 1000000, "window_seconds": 60}
    return {api.get("/ratelimits").status, api.patch("/ratelimits", limit).status}


def test_off_unless_asked_for(server):
    assert statuses(server) == {401}
    assert server.events("ADMIN API") == []
    assert "chatserver_admin_api_open 0" in http.request(server.metrics_address, "GET", "/metrics").body.decode()


def test_it_is_said_loudly_and_shown_as_a_metric(open_server):
    (event,) = open_server.events("ADMIN API IS OPEN")
    assert event["level"] == "warning"
    assert event["from"] == "127.0.0.0/8,::1/128"
    assert "chatserver_admin_api_open 1" in http.request(open_server.metrics_address, "GET", "/metrics").body.decode()


def test_the_dashboards_own_server_needs_nothing(open_server):
    assert statuses(open_server) == {200}


def test_pages_of_the_configured_origin_may(open_server):
    assert statuses(open_server, Origin=DASHBOARD) == {200}
    preflight = Api(open_server).call("OPTIONS", "/ratelimits", Origin=DASHBOARD, Access_Control_Request_Method="PATCH")
    assert preflight.headers["Access-Control-Allow-Origin"] == DASHBOARD


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "https://dash.example.org.evil.example", "*"])
def test_other_pages_may_not(open_server, origin):
    assert statuses(open_server, Origin=origin) == {403}


def test_not_even_where_any_origin_may_read(module_servers):
    server = module_servers(auth__open_admin_api="true", server__cors_origins="*")
    assert statuses(server, Origin="https://evil.example.org") == {403}


@pytest.mark.parametrize("host", ["evil.example.org", "chat.example.org.evil.example"])
def test_under_a_foreign_name_nothing_is_open(open_server, host):
    assert statuses(open_server, Host=host) <= {403, 421}
    assert statuses(open_server, Host="chat.example.org") == {200}


def test_behind_a_proxy_the_client_it_names_counts(open_server):
    assert statuses(open_server, X_Forwarded_For="203.0.113.9") == {401}
    assert statuses(open_server, X_Forwarded_For="127.0.0.1, 203.0.113.9") == {401}
    assert statuses(open_server, X_Forwarded_For="127.0.0.1") == {200}
    assert statuses(open_server, X_Forwarded_For="unknown") == {403}
    assert statuses(open_server, Forwarded="for=127.0.0.1") == {403}


def test_a_peer_that_is_not_trusted_may_not_speak_for_others(module_servers):
    server = module_servers(auth__open_admin_api="true", server__trusted_proxies="192.0.2.1")
    assert statuses(server) == {200}
    assert statuses(server, X_Forwarded_For="127.0.0.1") == {403}
    assert statuses(server, X_Real_IP="127.0.0.1") == {403}


def test_addresses_that_are_not_listed_need_a_token(module_servers):
    server = module_servers(auth__open_admin_api="true", auth__open_admin_from="192.0.2.0/24")
    assert statuses(server) == {401}
    assert Api(server, server.dashboard_token()).get("/ratelimits").status == 200


def test_a_token_that_comes_is_still_checked(open_server):
    assert Api(open_server, "nonsense").get("/ratelimits").status == 401
    assert Api(open_server, open_server.token("alice")).get("/ratelimits").status == 403


def test_what_is_not_administration_stays_shut(open_server):
    assert Api(open_server).get("/messages/private").status == 401
    assert Api(open_server).get("/channels/1/messages").status == 401


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0", "127.0.0.1/0"])
def test_everybody_is_no_setting(start_server, everybody):
    with pytest.raises(StartFailure) as failure:
        start_server(auth__open_admin_api="true", auth__open_admin_from=everybody)
    assert failure.value.exit_code == 2


async def test_the_legacy_dashboard_bans_the_first_that_it_finds(start_server):
    server = start_server(auth__open_admin_api="true")
    api = Api(server)
    async with session(server, "bob") as bob:
        found = eventually(lambda: api.users("username=bob"), "bob is known")
        reply = api.post("/users/ban", {"banished_id": found[0]["id"], "reason": "", "duration": None})
        assert reply.json == {
            "message": "User banned successfully",
            "banished": bob.id,
            "reason": "",
            "duration": "Permanent",
        }
        assert (await bob.closed())[0] == 4003
    (record,) = api.bans()
    assert (record["owner_id"], record["banished_username"]) == ("[open admin API]", "bob")
    assert "reason" not in record and "end" not in record and "duration" not in record
    assert api.delete(f"/users/ban?ban_id={record['id']}").status == 200
    assert subject(server.token("bob")) == bob.id


def test_the_legacy_dashboard_sends_the_rate_limit_back_whole(start_server):
    api = Api(start_server(auth__open_admin_api="true"))
    limit = {**api.rate_limit(), "message_limit": 20}
    assert api.patch("/ratelimits", limit).json == {"message": "Rate limit updated"}
    assert api.rate_limit() == limit
