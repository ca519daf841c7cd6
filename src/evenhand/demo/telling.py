"""Stories in which something is to be found about what people were told, promised and given, and when."""

from __future__ import annotations

from datetime import timedelta

from evenhand.demo.steps import (
    fixed,
    goodbye_with_feedback,
    rejected_at_cv,
    rejected_at_phone,
    to_onsite,
    to_phone,
    told_next_day,
)
from evenhand.demo.story import Story


def no_feedback(story: Story) -> None:
    """Interviewed and rejected, and never told why in any detail."""
    to_phone(story, points=2)
    story.decide("reject")
    told_next_day(story)


def feedback_first(story: Story) -> None:
    """Feedback was given before anything was decided."""
    story.apply()
    story.wait(days=1)
    story.feedback()
    story.wait(days=1)
    story.answer(permit=True, experience=False)
    story.decide("reject")
    told_next_day(story)


def feedback_late(story: Story) -> None:
    """Feedback that was asked for came after twelve days; ten were promised by the policy."""
    to_phone(story, points=2)
    story.decide("reject")
    story.wait(hours=2)
    story.outcome_told("reject")
    story.now += timedelta(minutes=30)
    story.tell("feedback.requested.v1", {"channel": "email"})
    story.wait(days=12)
    story.feedback()


def feedback_never(story: Story) -> None:
    """Somebody rejected on their CV asked why, and got no answer."""
    rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    story.tell("feedback.requested.v1", {"channel": "email"})


def told_twice(story: Story) -> None:
    """The same rejection was sent twice, four days apart."""
    rejected_at_cv(story)
    story.wait(hours=3)
    story.outcome_told("reject", channel="email")
    story.wait(days=4)
    story.outcome_told("reject", channel="email")


def told_too_soon(story: Story) -> None:
    """Somebody was told an outcome the day before it was decided."""
    story.apply()
    story.wait(days=1)
    story.notice("outcome", story.text["reject"], channel="phone")
    story.wait(days=1)
    story.answer(permit=True, experience=False)
    story.decide("reject")
    told_next_day(story)


def told_late(story: Story) -> None:
    """A rejection was told after twelve days; five business days were allowed."""
    rejected_at_cv(story)
    story.wait(days=12)
    story.outcome_told("reject")


def told_late_by_law(story: Story) -> None:
    """In Ontario, somebody interviewed heard only after two months whether anything was decided."""
    to_phone(story, points=2, promise=False)
    story.wait(days=60)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def untold_by_law(story: Story) -> None:
    """In Ontario, somebody interviewed three months ago has heard nothing since, and nothing is decided."""
    to_phone(story, points=3, promise=False)


def untold(story: Story) -> None:
    """A rejection that nobody has told."""
    rejected_at_cv(story)


def promise_late(story: Story) -> None:
    """An answer was promised within two days of the interview and came after five."""
    to_phone(story, points=2, promise=False)
    story.promise(days=2)
    story.decide("reject")
    story.wait(days=4)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def promise_broken(story: Story) -> None:
    """An answer was promised by a day that has passed, and none was given."""
    to_phone(story, points=3)


def promise_moved_late(story: Story) -> None:
    """Another day was named after the first had passed; that takes nothing back."""
    to_phone(story, points=2, promise=False)
    first = story.promise(days=2)
    story.wait(days=4)
    by = (story.now + timedelta(days=9)).date().isoformat()
    due = {"at": by, "zone": story.post.zone, "precision": "day"}
    story.tell("promise.revised.v1", {"promise": first, "by": due, "channel": "phone"})
    story.wait(days=1)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def no_promise(story: Story) -> None:
    """Somebody came for a whole day and was not told when they would hear."""
    to_onsite(story, scores=fixed(2), promise=False)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    goodbye_with_feedback(story)


def bounced(story: Story) -> None:
    """The mail came back and was not sent again."""
    rejected_at_cv(story)
    story.wait(hours=3)
    told = story.notice("outcome", story.text["reject"], decision=story.decision)
    story.now += timedelta(minutes=1)
    story.tell("notice.delivery_reported.v1", {"notice": told, "status": "bounced", "permanent": True})


def deferred_too_long(story: Story) -> None:
    """A decision was put off until a day that has passed."""
    to_phone(story, points=3, promise=False)
    by = (story.now + timedelta(days=14)).date().isoformat()
    story.decide("defer", until={"at": by, "zone": story.post.zone, "precision": "day"})


def near_the_calendars_end(story: Story) -> None:
    """A decision so near the end of a calendar that nobody can say when telling is due."""
    rejected_at_cv(story)
    story.wait(days=2)
    story.outcome_told("reject")


def contacted_unasked(story: Story) -> None:
    """Somebody was invited to apply again without having agreed to be contacted."""
    rejected_at_phone(story)
    story.wait(days=40)
    body = {
        "kind": "reapply_invitation",
        "channel": "email",
        "language": story.post.language,
        "text": story.text["thanks"],
    }
    story.tell("follow_up.made.v1", body)


def not_thanked(story: Story) -> None:
    """Somebody came for a whole day and was turned down, and nobody thanked them for coming."""
    to_onsite(story, scores=fixed(2))
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(hours=20)
    story.feedback()


def recorded_late(story: Story) -> None:
    """A thank-you was recorded four weeks after it was said to have been sent."""
    rejected_at_phone(story)
    story.wait(days=1)
    story.recorded = story.now + timedelta(days=28)
    body = {"kind": "thank_you", "channel": "letter", "language": story.post.language, "text": story.text["thanks"]}
    story.tell("follow_up.made.v1", body)


def left_behind(story: Story) -> None:
    """The post was closed while somebody still waited for an answer."""
    story.apply()
