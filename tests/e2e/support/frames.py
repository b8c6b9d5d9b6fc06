"""What every frame of the server must look like, whatever it says."""

import json
import re

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

CHAT_FIELDS = {
    "cacheID": int,
    "owner_id": str,
    "username": str,
    "channel": str,
    "message": str,
    "authored_at": str,
}
PRIVATE_FIELDS = {
    "cacheID": int,
    "owner_id": str,
    "username": str,
    "recipient_id": str,
    "recipient": str,
    "message": str,
    "authored_at": str,
}
BULK_TYPES = {"bulk_chat_messages", "bulk_private_messages"}
ANALYTICS_TYPES = {"message_count_by_channel", "session_activity"}

# Sent for itself: these name their author, all others come from `Server`.
AUTHORED = {"chat_message": CHAT_FIELDS, "private_chat_message": PRIVATE_FIELDS}
BULK_OF = {"bulk_chat_messages": CHAT_FIELDS, "bulk_private_messages": PRIVATE_FIELDS}


def _without_duplicate_keys(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key twice: {keys}"
    return dict(pairs)


def parse(text: str) -> dict:
    """A frame whose envelope, and messages if it has any, are as protocol.md says."""
    assert isinstance(text, str), "a binary frame"
    assert text == text.strip(), "white space around a frame"
    frame = json.loads(text, object_pairs_hook=_without_duplicate_keys)
    assert list(frame) == ["type", "sender", "payload"], f"envelope: {list(frame)}"
    assert isinstance(frame["payload"], dict), frame

    kind = frame["type"]
    if kind in AUTHORED:
        check_message(frame["payload"], AUTHORED[kind])
        assert frame["sender"] == frame["payload"]["username"]
    else:
        assert frame["sender"] == "Server", frame
    for message in frame["payload"].get("messages", []) if kind in BULK_TYPES else []:
        check_message(message, BULK_OF[kind])
    return frame


def check_message(message: dict, fields: dict) -> None:
    assert set(message) - {"nonce"} == set(fields), message
    for name, type_ in fields.items():
        assert type(message[name]) is type_, (name, message)
    assert message["cacheID"] > 0
    assert TIMESTAMP.fullmatch(message["authored_at"]), message
