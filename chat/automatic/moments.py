"""What is said in a conversation by itself, and when.

| kind | when it is due | how often |
|---|---|---|
| greeting (M-01) | when an agent accepts the visitor | once by each agent who does |
| after_connect (M-06) | so many seconds later, if he has not written by then | once by each agent |
| unanswered (M-07) | so many minutes after the visitor's last message | once until somebody answers |
| repeated (M-10) | so many seconds after it, and after each one before | at most so often until somebody answers |
| no_reaction (M-08) | so many minutes after the agent's last message | once: it ends the conversation |

People start the clocks, never what is said by itself: it is no answer to the visitor, and no reaction of his.

* Who waits, because nobody has accepted him yet or because he was put back, is told the style's words (`unanswered`,
  `repeated`) in the company's name.  Nothing ends a conversation that waits.
* Another agent who accepts it greets in his own words.  For him the time until it ends begins when he accepts.
* An agent who has gone offline keeps his conversations until they are put back; until then they go on in his name.
* A visitor who has gone is told too, and finds it when he comes back.  If the conversation has ended meanwhile, his next
  message begins a new one.
* Opening hours and the company's being busy change nothing: they are for who begins.
* What should have been said at a beginning, and could not be for LATE, is not said any more.  The rest is true later too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from chat.styles.prompts import Prompts

LATE = timedelta(minutes=2)
ENDS = "no_reaction"


class Words(NamedTuple):
    """Something to be said.  `stretch` and `count` tell it from what the same clock has said before."""

    at: datetime
    kind: str
    stretch: int
    count: int = 1


class Said(NamedTuple):
    """How often something was said in one stretch, and when last."""

    count: int
    at: datetime


class Standing(NamedTuple):
    """How things stand in an open conversation."""

    member_id: int | None
    accepted_at: datetime | None
    # The last message a person wrote: "visitor" or "member", and when; and the last one by the team.
    spoke: str | None
    spoke_at: datetime | None
    answered_seq: int
    answered_at: datetime | None
    said: dict[tuple[str, int], Said]

    def next_words(self, prompts: Prompts, moment: datetime) -> Words | None:
        """What is to be said next, perhaps long ago.  What is too late to be said now is left out."""
        coming = (
            words
            for words in self._words(prompts)
            if getattr(prompts, words.kind) and (words.kind not in ("greeting", "after_connect") or words.at > moment - LATE)
        )
        return min(coming, default=None)

    def _words(self, prompts: Prompts) -> Iterator[Words]:
        if self.member_id is not None:
            yield from self._beginnings(self.member_id, prompts)
        if self.spoke == "visitor":
            yield from self._while_unanswered(prompts)
        elif self.spoke == "member" and self.member_id is not None:
            began = max(self.spoke_at, self.accepted_at)
            yield Words(began + timedelta(minutes=prompts.no_reaction_minutes), ENDS, self.answered_seq)

    def _beginnings(self, member_id: int, prompts: Prompts) -> Iterator[Words]:
        if ("greeting", member_id) not in self.said:
            yield Words(self.accepted_at, "greeting", member_id)
        has_written = self.answered_at is not None and self.answered_at >= self.accepted_at
        if ("after_connect", member_id) not in self.said and not has_written:
            yield Words(self.accepted_at + timedelta(seconds=prompts.after_connect_seconds), "after_connect", member_id)

    def _while_unanswered(self, prompts: Prompts) -> Iterator[Words]:
        if ("unanswered", self.answered_seq) not in self.said:
            yield Words(self.spoke_at + timedelta(minutes=prompts.unanswered_minutes), "unanswered", self.answered_seq)
        count, last = self.said.get(("repeated", self.answered_seq), Said(0, self.spoke_at))
        if count < prompts.repeated_at_most:
            due = max(self.spoke_at, last) + timedelta(seconds=prompts.repeated_seconds)
            yield Words(due, "repeated", self.answered_seq, count + 1)
