"""Visitors and agents who write, keep what is not confirmed, come back by themselves, and remember all they saw."""

import asyncio
import random
import uuid
from contextlib import suppress
from dataclasses import dataclass

from chaos.held import Held
from chaos.line import PlainLine, Refused, SocketLine, Unreachable

GAP_MAY_CLOSE_WITHIN = 0.25
RETRY_AFTER = 0.5
POLL_EVERY = 1.0
GONE = {"conversation_closed", "conversation_not_found"}
# Everybody's first answer is lost and then one in five, so that much is sent twice: a server that posts it twice must
# not get away with it.
LOST_ANSWERS_IN = 5
PASSING = {"too_fast", "busy", "restarting", "internal", "seats_unknown"}


@dataclass
class Unsent:
    """A message that its author has written and nobody has confirmed.  `conversation_id` is None until there is one."""

    client_id: str
    conversation_id: int | None
    text: str


class Person:
    """One browser tab.  What the checker wants to know of it is public."""

    path: str

    def __init__(self, house, company: dict, name: str, rng: random.Random, pace: float):
        self.house, self.company, self.name, self._rng, self._pace = house, company, name, rng, pace
        self.held: dict[int, Held] = {}
        self.written: list[str] = []
        self.acknowledged: dict[str, tuple[int, int]] = {}
        self.refused: dict[str, str] = {}
        self.outbox: list[Unsent] = []
        self.overheard: list[str] = []
        self.always_at: int | None = None
        self.comings = self._answered = 0
        self._line: SocketLine | PlainLine | None = None
        self._tasks: set[asyncio.Task] = set()
        self._posting: set[int] = set()
        self._syncing: set[int] = set()
        self._is_writing = self._is_here = True

    def stop_writing(self) -> None:
        self._is_writing = False

    async def leave(self) -> None:
        self._is_here = False
        for task in list(self._tasks):
            task.cancel()
        if isinstance(self._line, SocketLine):
            await self._line.close()

    async def live(self) -> None:
        """Connect, and again whenever the line is lost."""
        self._start(self._write_now_and_then())
        while self._is_here:
            with suppress(Unreachable, Refused, OSError, ValueError):
                await self._be_connected()
            self._line = None
            await asyncio.sleep(self._rng.uniform(0.1, 1.0))

    async def catch_up(self) -> None:
        """What a page does when it is looked at again: ask for whatever it may have missed, in every conversation."""
        for conversation_id in list(self.held):
            await self._sync(conversation_id)

    async def _be_connected(self) -> None:
        line = await self._connect()
        self.comings += 1
        self._line = line
        await self._begin()
        for conversation_id in list(self.held):
            self._start(self._sync(conversation_id))
        self._flush()
        await line.ended()

    async def _connect(self):
        raise NotImplementedError

    async def _begin(self) -> None:
        """Learn which conversations there are."""

    def _hear(self, event: str, data: dict) -> None:
        if event == "message_posted" and data["conversation_id"] in self.held:
            self._take(data)
        elif event == "heads":
            self._compare_heads(data["heads"])
        elif event == "restart":
            self._start(self._move_within(data["within"] / 1000))

    def _saw(self, text: str) -> None:
        if any(word in text for word in self.house.words if word != self.company["word"]):
            self.overheard.append(text[:200])

    def _take(self, message: dict) -> None:
        held = self.held[message["conversation_id"]]
        held.take(message["seq"], message["client_id"], message["text"])
        if held.is_behind:
            self._start(self._close_gap(message["conversation_id"]))

    def _compare_heads(self, heads: dict[str, int]) -> None:
        for conversation_id, last_seq in heads.items():
            held = self.held.get(int(conversation_id))
            if held is not None and held.last_seq < last_seq:
                self._start(self._sync(int(conversation_id)))

    async def _close_gap(self, conversation_id: int) -> None:
        await asyncio.sleep(GAP_MAY_CLOSE_WITHIN)
        if self.held[conversation_id].is_behind:
            await self._sync(conversation_id)

    async def _sync(self, conversation_id: int) -> None:
        if conversation_id in self._syncing or self._line is None:
            return
        self._syncing.add(conversation_id)
        held, more = self.held[conversation_id], True
        try:
            while more:
                asked = {"conversation_id": conversation_id, "after": held.last_seq}
                answer = await self._line.ask("sync", asked)
                for message in answer["messages"]:
                    held.take(message["seq"], message["client_id"], message["text"])
                more = answer["more"] and answer["messages"]
        except (Unreachable, Refused):
            pass  # the next head, or the next connection, asks again
        finally:
            self._syncing.discard(conversation_id)

    async def _move_within(self, seconds: float) -> None:
        await asyncio.sleep(self._rng.uniform(0, seconds))
        if isinstance(self._line, SocketLine):
            await self._line.close()

    # Writing.

    async def _write_now_and_then(self) -> None:
        while self._is_writing:
            await asyncio.sleep(self._rng.expovariate(1 / self._pace))
            if self._is_writing and (conversation_id := self._where_to_write()) != 0:
                self._write(conversation_id)

    def _write(self, conversation_id: int | None) -> None:
        client_id = str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        self.written.append(client_id)
        text = f"{self.company['word']} {self.name} {len(self.written)}"
        self.outbox.append(Unsent(client_id, conversation_id, text))
        self._flush()

    def _where_to_write(self) -> int | None:
        """A conversation; None for one yet to be opened; 0 for nowhere."""
        raise NotImplementedError

    def _flush(self) -> None:
        for conversation_id in {unsent.conversation_id for unsent in self.outbox}:
            self._start(self._post_all(conversation_id))

    async def _post_all(self, conversation_id: int | None) -> None:
        """One message under way per conversation, in the order they were written."""
        if conversation_id is None or conversation_id in self._posting:
            return
        self._posting.add(conversation_id)
        try:
            while unsent := next((one for one in self._sendable() if one.conversation_id == conversation_id), None):
                await self._post(unsent)
        finally:
            self._posting.discard(conversation_id)
        if self.outbox and self.outbox[0].conversation_id != conversation_id:
            self._start(self._post_all(self.outbox[0].conversation_id))

    def _sendable(self) -> list[Unsent]:
        return self.outbox

    async def _post(self, unsent: Unsent) -> None:
        asked = {"conversation_id": unsent.conversation_id, "client_id": unsent.client_id, "text": unsent.text}
        try:
            if self._line is None:
                raise Unreachable
            answer = await self._line.ask("post_message", asked)
            self._lose_now_and_then()
        except Unreachable:
            await asyncio.sleep(RETRY_AFTER)
        except Refused as refusal:
            await self._post_refused(unsent, refusal.code)
        else:
            self.outbox.remove(unsent)
            self.acknowledged[unsent.client_id] = unsent.conversation_id, answer["seq"]
            self._take({**asked, "seq": answer["seq"]})

    def _lose_now_and_then(self) -> None:
        """Raises Unreachable when the answer that came is one that gets lost on its way."""
        self._answered += 1
        if self._answered % LOST_ANSWERS_IN == 1:
            raise Unreachable

    async def _post_refused(self, unsent: Unsent, code: str) -> None:
        if code in PASSING:
            await asyncio.sleep(RETRY_AFTER)
        elif code in GONE:
            self._gone(unsent)
        else:
            self.outbox.remove(unsent)
            self.refused[unsent.client_id] = code

    def _gone(self, unsent: Unsent) -> None:
        """The conversation it was written for takes no more messages."""
        raise NotImplementedError

    def _start(self, work) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Visitor(Person):
    """Somebody on a company's site, with at most one conversation at a time."""

    path = "/live/widget/?EIO=4&transport=websocket"

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._token = ""
        self._conversation_id: int | None = None
        self._is_opening = False

    async def _connect(self) -> SocketLine:
        line = SocketLine(self.house.live_url(self._rng, self.always_at) + self.path, self._auth, self._hear, self._saw)
        await line.open()
        return line

    @property
    def _auth(self) -> dict:
        shown = {"site": self.company["site"], "frame": self.company["frame"], "token": self._token}
        return shown | {"page": {"url": "https://shop.example/", "title": "Shop", "referrer": ""}, "language": "en"}

    async def _begin(self) -> None:
        self._be_welcomed(await self._line.ask("state", {}))

    def _hear(self, event: str, data: dict) -> None:
        super()._hear(event, data)
        if event == "welcome":
            self._be_welcomed(data)
        elif event == "conversation_opened":
            self._follow(data["conversation"])
        elif event == "conversation_closed" and data["conversation_id"] == self._conversation_id:
            self._conversation_id = None

    def _be_welcomed(self, welcome: dict) -> None:
        self._token = welcome["visitor_token"]
        self._conversation_id = None
        if welcome["conversation"]:
            self._follow(welcome["conversation"])
        if any(unsent.conversation_id is None for unsent in self.outbox):
            self._start(self._open())

    def _follow(self, conversation: dict) -> None:
        if conversation["state"] == "closed":
            return
        is_new = conversation["id"] not in self.held
        self._conversation_id = conversation["id"]
        self.held.setdefault(conversation["id"], Held())
        # At once: what is written from now on must not overtake what was waiting for a conversation.
        for unsent in self.outbox:
            if unsent.conversation_id is None:
                unsent.conversation_id = conversation["id"]
        self._flush()
        if is_new:
            self._start(self._sync(conversation["id"]))

    def _where_to_write(self) -> int | None:
        if self._conversation_id is None:
            self._start(self._open())
        return self._conversation_id

    def _sendable(self) -> list[Unsent]:
        # What may yet move to the next conversation must not be overtaken by what was written for that one.
        return self.outbox[:1]

    def _gone(self, unsent: Unsent) -> None:
        """What was written for a conversation that has ended goes into the next one."""
        ended = unsent.conversation_id
        if self._conversation_id == ended:
            self._conversation_id = None
        for waiting in self.outbox:
            if waiting.conversation_id == ended:
                waiting.conversation_id = None
        self._start(self._open())

    async def _open(self) -> None:
        if self._is_opening:
            return
        self._is_opening = True
        try:
            await self._open_until_done()
        finally:
            self._is_opening = False

    async def _open_until_done(self) -> None:
        while self._is_here:
            try:
                if self._line is None:
                    raise Unreachable
                answer = await self._line.ask("open_conversation", {})
            except (Unreachable, Refused):
                await asyncio.sleep(RETRY_AFTER)
                continue
            self._follow(answer["conversation"])
            return


class PollingVisitor(Visitor):
    """A visitor whose network blocks websockets."""

    async def _be_connected(self) -> None:
        headers = {"X-Frame": self.company["frame"], "X-Visitor": self._token}
        self._line = PlainLine(f"{self.house.pages_url}/w/{self.company['site']}/call", headers, self._saw)
        self.comings += 1
        await self._begin()
        self._flush()
        await asyncio.sleep(POLL_EVERY)
        for conversation_id in list(self.held):
            await self._sync(conversation_id)


class Agent(Person):
    """Somebody in the console, who accepts whoever waits and answers everybody he has; now and then he ends one."""

    path = "/live/console/?EIO=4&transport=websocket"

    def __init__(self, *arguments, account: dict, ends_after: float = 12.0):
        super().__init__(*arguments)
        self._account, self._ends_after = account, ends_after
        self._mine: set[int] = set()

    async def live(self) -> None:
        self._start(self._end_one_now_and_then())
        await super().live()

    async def _connect(self) -> SocketLine:
        url, auth = self.house.live_url(self._rng, self.always_at) + self.path, {"handshake": self._account["handshake"]}
        headers = {"Cookie": self._account["cookie"]}
        line = SocketLine(url, auth, self._hear, self._saw, headers, origin=self.house.pages_url)
        await line.open()
        return line

    async def _begin(self) -> None:
        state = await self._line.ask("console_state", {})
        self._mine.clear()
        for conversation in state["conversations"]:
            self._notice(conversation)

    def _hear(self, event: str, data: dict) -> None:
        super()._hear(event, data)
        if event == "conversation_opened":
            self._notice(data["conversation"])
        elif event == "conversation_closed":
            self._mine.discard(data["conversation_id"])
        elif event == "pulse":
            self._start(self._look_around())

    async def _look_around(self) -> None:
        """The pulse says that something may have been missed: here nobody compares, we ask."""
        try:
            if self._line is not None:
                for conversation in (await self._line.ask("console_state", {}))["conversations"]:
                    self._notice(conversation)
                    self._compare_heads({conversation["id"]: conversation["last_seq"]})
        except (Unreachable, Refused):
            pass

    def _notice(self, conversation: dict) -> None:
        if conversation["state"] == "waiting":
            self._start(self._accept(conversation["id"]))
        elif conversation["state"] == "open" and conversation["member"]["id"] == self._account["id"]:
            self._follow(conversation["id"])

    async def _accept(self, conversation_id: int) -> None:
        await asyncio.sleep(self._rng.uniform(0, 0.5))
        try:
            if self._line is not None:
                await self._line.ask("accept_conversation", {"conversation_id": conversation_id})
                self._follow(conversation_id)
        except (Unreachable, Refused):
            pass  # a colleague was quicker, or the next pulse shows it again

    def _follow(self, conversation_id: int) -> None:
        is_new = conversation_id not in self.held
        self._mine.add(conversation_id)
        self.held.setdefault(conversation_id, Held())
        if is_new:
            self._start(self._sync(conversation_id))

    def say_last_words(self) -> None:
        """One more message in each conversation, for its visitor to hear."""
        for conversation_id in sorted(self._mine):
            self._write(conversation_id)

    def _where_to_write(self) -> int:
        return self._rng.choice(sorted(self._mine)) if self._mine else 0

    def _gone(self, unsent: Unsent) -> None:
        self._mine.discard(unsent.conversation_id)
        self.outbox.remove(unsent)
        self.refused[unsent.client_id] = "conversation_closed"

    async def _end_one_now_and_then(self) -> None:
        while self._is_here:
            await asyncio.sleep(self._rng.expovariate(1 / self._ends_after))
            if self._is_writing and self._mine and self._line is not None:
                conversation_id = self._rng.choice(sorted(self._mine))
                try:
                    await self._line.ask("close_conversation", {"conversation_id": conversation_id})
                    self._mine.discard(conversation_id)
                except (Unreachable, Refused):
                    pass
