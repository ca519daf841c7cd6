"""On whom the clock of Ontario runs when the demo ends, worked out from the stories and not from the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from evenhand.demo.company import LAST_DAY, ONTARIO, POSTS
from evenhand.demo.story import Author

_GIVEN = timedelta(days=45)
_LEFT = {"offer.extended.v1", "candidacy.withdrawn.v1"}


def clocks_running(author: Author) -> list[str]:
    """List the candidacies interviewed lately in Ontario on which nobody has heard since whether it is decided."""
    end = datetime.combine(LAST_DAY, time.max, UTC)
    there = {author.standing.requisitions[post.code] for post in POSTS if post.jurisdiction == ONTARIO}
    of_ontario: set[str] = set()
    held: dict[str, datetime] = {}
    for each in sorted(author.happenings, key=lambda each: each.happened):
        stream, topic, body = each.draft.stream, each.draft.topic, each.draft.body
        if topic == "candidacy.opened.v1" and body["requisition"] in there:
            of_ontario.add(stream)
        elif stream not in of_ontario or each.happened > end:
            continue
        elif topic == "interview.held.v1":
            held[stream] = each.happened
        elif topic in _LEFT or (topic == "notice.given.v1" and body["about"] in {"outcome", "status"}):
            held.pop(stream, None)
    return [stream for stream, at in held.items() if end - at < _GIVEN]
