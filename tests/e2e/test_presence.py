"""Who is present, and who is told so when."""

from support.client import session


def status(client, present: bool) -> dict:
    return {"username": client.name, "id": client.id, "status": present}


def listed(client) -> list[str]:
    return [user["username"] for user in client.welcomed_with("connected_users")["users"]]


async def test_each_user_is_listed_once_and_oneself_too(start_server):
    server = start_server()
    async with session(server, "alice"), session(server, "alice"), session(server, "bob") as bob:
        assert sorted(listed(bob)) == ["alice", "bob"]
        async with session(server, "bob") as again:
            assert sorted(listed(again)) == ["alice", "bob"]
            users = again.welcomed_with("connected_users")["users"]
            assert all(set(user) == {"username", "id", "status"} and user["status"] is True for user in users)
            assert "total" not in again.welcomed_with("connected_users")


async def test_only_the_first_session_opens_and_the_last_one_closes(start_server):
    server = start_server()
    async with session(server, "alice", ignored=()) as alice:
        async with session(server, "bob") as bob:
            assert await alice.expect("user_status") == status(bob, True)
            async with session(server, "bob"):
                pass
            # Had the second session been told of, that would stand before this.
            await bob.said("marker")
            await alice.expect("chat_message")
        assert await alice.expect("user_status") == status(bob, False)
        async with session(server, "carol") as carol:
            assert await alice.expect("user_status") == status(carol, True)


async def test_a_session_is_not_told_of_itself(start_server):
    server = start_server()
    async with session(server, "alice", ignored=()) as alice, session(server, "alice", ignored=()) as too:
        await alice.say("marker")
        await alice.expect("chat_message")
        await too.expect("chat_message")


async def test_a_dashboard_is_not_present(start_server):
    server = start_server()
    async with session(server, "alice", ignored=()) as alice:
        async with session(server, "admin", dashboard=True) as dashboard:
            assert listed(dashboard) == ["alice"]
            async with session(server, "bob") as bob:
                assert sorted(listed(bob)) == ["alice", "bob"]
                assert await alice.expect("user_status") == status(bob, True)
            assert await alice.expect("user_status") == status(bob, False)


async def test_an_admin_who_chats_is_present_like_anybody(start_server):
    server = start_server()
    async with session(server, "alice", ignored=()) as alice, session(server, "admin", dashboard=True):
        async with session(server, "admin") as chatting:
            assert await alice.expect("user_status") == status(chatting, True)
        # The dashboard is still there, the chat session is not.
        assert await alice.expect("user_status") == status(chatting, False)


async def test_who_is_back_within_the_grace_never_left(start_server):
    server = start_server(presence__grace="10m")
    async with session(server, "alice", ignored=()) as alice:
        for i in range(5):
            async with session(server, "bob") as bob:
                if i == 0:
                    assert await alice.expect("user_status") == status(bob, True)
                await bob.said(f"round {i}")
            # The next frame is bob's message, then the next round's: no status between.
            assert (await alice.expect("chat_message"))["message"] == f"round {i}"


async def test_who_stays_away_longer_than_the_grace_has_left(start_server):
    server = start_server(presence__grace="300ms")
    async with session(server, "alice", ignored=()) as alice:
        async with session(server, "bob") as bob:
            assert await alice.expect("user_status") == status(bob, True)
        assert await alice.expect("user_status") == status(bob, False)
        async with session(server, "bob") as bob:
            assert await alice.expect("user_status") == status(bob, True)


async def test_a_long_list_is_cut_and_the_rest_follows(start_server):
    server = start_server(presence__listed_max="2")
    async with session(server, "alice"), session(server, "bob"), session(server, "carol"):
        async with session(server, "dave", ignored=()) as dave:
            first = dave.welcomed_with("connected_users")
            assert first["total"] == 4
            assert len(first["users"]) <= 2 and "dave" in listed(dave)
            told = listed(dave)
            while len(told) < 4:
                payload = await dave.expect("user_status")
                assert payload["status"] is True
                told.append(payload["username"])
            assert sorted(told) == ["alice", "bob", "carol", "dave"]


async def test_everybody_agrees_once_the_budget_has_told_all(start_server):
    """With a tiny budget changes are merged, but all converge on the truth."""
    server = start_server(presence__bytes_per_second="2000B")
    async with session(server, "alice", ignored=()) as alice:
        present = {user["username"]: True for user in alice.welcomed_with("connected_users")["users"]}
        for _ in range(30):
            for name in ("bob", "carol"):
                async with session(server, name):
                    pass
        async with session(server, "bob"), session(server, "dave"):
            wanted = {"alice", "bob", "dave"}
            changes = 0
            while {name for name, there in present.items() if there} != wanted:
                payload = await alice.expect("user_status")
                present[payload["username"]] = payload["status"]
                changes += 1
            assert changes <= 122
