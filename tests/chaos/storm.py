"""The story of a chaos run: people write, things die, everything comes back, and then the books are compared."""

import asyncio
import random
import time
from collections.abc import Callable

from chaos.checker import Checker, Verdict
from chaos.house import House
from chaos.people import Agent, Person, PollingVisitor, Visitor

START_WITHIN = 20.0


class Storm:
    """`seed` decides who writes when, and what dies in which order (as far as a real machine lets a seed decide)."""

    def __init__(self, house: House, seed: int, visitors: int = 4, pace: float = 1.0, mend_within: float = 40.0):
        self.house, self._rng, self._pace, self._mend_within = house, random.Random(seed), pace, mend_within
        self.people = {company["word"]: self._people_of(company, visitors) for company in house.companies}
        self._began = time.monotonic()

    @property
    def everybody(self) -> list[Person]:
        return [person for people in self.people.values() for person in people]

    @property
    def _acknowledged(self) -> int:
        return sum(len(person.acknowledged) for person in self.everybody)

    def keep_apart(self) -> None:
        """Visitors at one live process and agents at the other: everything they say has to cross over."""
        for person in self.everybody:
            person.always_at = int(isinstance(person, Agent))

    async def run(self, disasters: list[str], calm: float = 3.5) -> Verdict:
        """Let the named disasters happen one after the other, with some calm before each."""
        tasks = [asyncio.create_task(person.live()) for person in self.everybody]
        await self._until_all_talk()
        await asyncio.sleep(calm)
        for name in disasters:
            self._tell(name.replace("_", " "))
            await getattr(self, f"_{name}")()
            await asyncio.sleep(self._rng.uniform(calm / 2, calm))
        return await self._reckon(tasks)

    async def _until_all_talk(self) -> None:
        """Every visitor and somebody of each company's agents, all of whom have come."""
        await self._until(lambda: all(map(self._is_talking, self.people.values())))

    def _is_talking(self, people: list[Person]) -> bool:
        agents = [person for person in people if isinstance(person, Agent)]
        visitors = [person for person in people if isinstance(person, Visitor)]
        return (
            all(visitor.acknowledged for visitor in visitors)
            and all(agent.comings for agent in agents)
            and any(agent.acknowledged for agent in agents)
        )

    async def _until(self, condition: Callable[[], bool], within: float = START_WITHIN) -> None:
        deadline = time.monotonic() + within
        while not condition() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)

    async def _reckon(self, tasks: list[asyncio.Task]) -> Verdict:
        if self.house.has_workers:
            self.house.clerk.end()
        # Agents have the last word, so that every conversation ends with something its visitor has to hear.
        for kind in (Visitor, Agent):
            for person in self.everybody:
                if isinstance(person, kind):
                    person.stop_writing()
            await self._until(lambda: not any(person.outbox for person in self.everybody), within=2)
        for person in self.everybody:
            if isinstance(person, Agent):
                person.say_last_words()
        await asyncio.sleep(1)
        self._tell("nobody writes any more")
        unmended = await self._wait_until_mended()
        for person in self.everybody:
            await person.catch_up()
        for person in self.everybody:
            await person.leave()
        for task in tasks:
            task.cancel()
        verdict = await asyncio.to_thread(self._compare)
        verdict.wrong["not mended by itself"] += unmended
        self._tell(f"compared\n{verdict}")
        return verdict

    async def _wait_until_mended(self) -> list[tuple]:
        """Everything promised must arrive by itself.  Returns what did not."""
        deadline = time.monotonic() + self._mend_within
        while (unmended := await asyncio.to_thread(self._unmended)) and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
        return unmended

    def _unmended(self) -> list[tuple]:
        """Messages not yet confirmed, open conversations not shown to the end, chores not done."""
        open_now = "SELECT id, last_seq FROM {schema}.conversation WHERE closed_at IS NULL"
        unmended = [(person.name, unsent) for person in self.everybody for unsent in person.outbox]
        for company in self.house.companies:
            if self.house.has_workers:
                unmended += self.house.rows(company, "SELECT job, tries, last_error FROM {schema}.outbox WHERE done_at IS NULL")
            for conversation_id, last_seq in self.house.rows(company, open_now):
                for person in self.people[company["word"]]:
                    held = person.held.get(conversation_id)
                    if held is not None and held.last_seq != last_seq:
                        unmended.append((company["word"], person.name, conversation_id, held.last_seq, last_seq))
        return unmended

    def _compare(self) -> Verdict:
        checker = Checker(self.house.rows)
        for company in self.house.companies:
            checker.check(company, self.people[company["word"]])
        if self.house.has_workers:
            checker.check_chores(self.house.companies, self.house.chores_written())
        return checker.verdict

    # What goes wrong.

    async def _kill_a_live_process(self) -> None:
        process = self._rng.choice(self.house.live)
        await asyncio.to_thread(process.kill)
        await asyncio.to_thread(process.wait_until_it_answers)

    async def _kill_all_live_processes(self) -> None:
        """A moment after something was acknowledged."""
        before = self._acknowledged
        await self._until(lambda: self._acknowledged > before)
        for process in self.house.live:
            process.kill()
        for process in self.house.live:
            await asyncio.to_thread(process.wait_until_it_answers)

    async def _kill_the_worker(self) -> None:
        was_working = await asyncio.to_thread(self.house.kill_worker_in_mid_job)
        self._tell(f"killed in {'mid-job' if was_working else 'idleness'}")

    async def _kill_redis(self) -> None:
        await asyncio.to_thread(self.house.kill_redis)
        await asyncio.sleep(2)
        await asyncio.to_thread(self.house.redis.start)

    async def _restart_postgres(self) -> None:
        await asyncio.to_thread(self.house.stop_postgres_at_once)
        await asyncio.sleep(1)
        await asyncio.to_thread(self.house.postgres.start)

    async def _kill_a_live_process_and_redis(self) -> None:
        process = self._rng.choice(self.house.live)
        await asyncio.to_thread(process.kill)
        await self._kill_redis()
        await asyncio.to_thread(process.wait_until_it_answers)

    async def _drain_a_live_process(self) -> None:
        process = self._rng.choice(self.house.live)
        await asyncio.to_thread(process.drain)
        await asyncio.to_thread(process.wait_until_it_answers)

    # Who takes part.

    def _people_of(self, company: dict, visitors: int) -> list[Person]:
        agents = [
            Agent(self.house, company, f"agent {n}", self._own_rng(), self._pace, account=account)
            for n, account in enumerate(company["agents"])
        ]
        kinds = [PollingVisitor if n == 0 else Visitor for n in range(visitors)]
        return agents + [
            kind(self.house, company, f"visitor {n}", self._own_rng(), self._pace * 1.5) for n, kind in enumerate(kinds)
        ]

    def _own_rng(self) -> random.Random:
        return random.Random(self._rng.getrandbits(64))

    def _tell(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s  {self._acknowledged:5} acknowledged  {what}", flush=True)
