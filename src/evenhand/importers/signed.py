"""A recorded webhook request: its signature is checked over the raw body, as it came, before it is read."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast

from evenhand.importers import lines
from evenhand.sentence import Sentence

_SIGNATURE: Final = "signature"
_DELIVERY: Final = "greenhouse-event-id"
_RECORDED: Final = Sentence('expected {"headers": {"Signature": "sha256 …", "Greenhouse-Event-ID": "…"}, "body": "…"}')


class Delivery(NamedTuple):
    """What one request brought: its payload, the id that repeats if it is sent again, and when it came."""

    payload: dict[str, Any]
    id: str | None
    received_at: str | None


@dataclass(frozen=True, slots=True)
class Secret:
    """The key that Greenhouse signs with; it is never shown."""

    key: bytes = field(repr=False)

    def opened(self, request: Mapping[str, Any]) -> Delivery:
        """Answer with what a request brought. Raises ``ValueError`` if it is not signed with this key."""
        headers, body = request.get("headers"), request.get("body")
        if not isinstance(headers, dict) or not isinstance(body, str):
            raise ValueError(_RECORDED)  # noqa: TRY004 - what cannot be read is a ValueError
        by_name = {name.lower(): each for name, each in cast("dict[str, Any]", headers).items()}
        signature = by_name.get(_SIGNATURE)
        expected = "sha256 " + hmac.digest(self.key, body.encode(), sha256).hex()
        if not isinstance(signature, str) or not hmac.compare_digest(signature.encode(), expected.encode()):
            raise ValueError(Sentence("it is not signed with this secret: it was changed, or is not genuine"))
        delivery, received = by_name.get(_DELIVERY), request.get("received_at")
        payload = lines.read(body)
        if not isinstance(payload, dict):
            raise ValueError(Sentence("its body is no object"))  # noqa: TRY004 - the same
        return Delivery(
            cast("dict[str, Any]", payload),
            delivery if isinstance(delivery, str) and delivery else None,
            received if isinstance(received, str) else None,
        )


def is_recorded(value: Mapping[str, Any]) -> bool:
    """Say whether a record is a recorded request rather than what one brought."""
    return "headers" in value and "body" in value
