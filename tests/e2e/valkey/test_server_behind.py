"""Who comes over to a server that has not read yet what another one has shown."""

from support.client import refusal, session
from support.nodes import on
from support.ports import free_port
from support.relay import Relay


async def test_who_has_seen_more_than_a_server_yet_is_let_in_when_it_has_come_there(
    start_server, database, only_valkey
):
    port = free_port()
    valkey = only_valkey(port=str(port))
    relay = Relay(("127.0.0.1", port))
    first = start_server(**on(database, valkey, server__public_url="http://chat.localhost"))
    # The second server's way to Valkey can be cut.
    url = f"valkey://127.0.0.1:{relay.address[1]}"
    second = start_server(**on(database, valkey, server__public_url="http://chat.localhost", cache__url=url))
    for name in ("alice", "bob"):
        first.add_user(name)
    async with session(first, "alice") as alice, session(second, "bob", token=first.token("bob")) as bob:
        await alice.said("before")
        await bob.expect("chat_message")
        relay.down()
        seen = await alice.said("seen at the first")
        await alice.whisper(alice.id, "seen as well")
        seen_privately = await alice.expect("private_chat_message")
        for known in ({"since": seen["cacheID"]}, {"private_since": seen_privately["cacheID"]}):
            refused = await refusal(second, first.token("alice"), **known)
            assert refused.status_code == 503 and "Retry-After" in refused.headers
        relay.up()
        await bob.until("chat_message", message="seen at the first")
        async with session(
            second, "alice", token=first.token("alice"), since=seen["cacheID"], private_since=seen_privately["cacheID"]
        ) as again:
            assert again.welcome_messages == again.welcome_private_messages == []
            beyond = {"since": seen["cacheID"] + 1, "private_since": seen_privately["cacheID"] + 1}
            async with session(second, "alice", token=first.token("alice"), **beyond) as lost:
                assert lost.welcomed_with("bulk_chat_messages")["reset"] is True
                assert lost.welcomed_with("bulk_private_messages")["reset"] is True
    relay.down()
