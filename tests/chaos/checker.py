"""Compares what every client saw and was promised with what the database says."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from chaos.people import Person


@dataclass
class Verdict:
    """What is wrong, by kind, and how much was looked at."""

    wrong: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    looked_at: Counter = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        return not any(self.wrong.values())

    @property
    def kinds(self) -> set[str]:
        """What kinds of wrong there are."""
        return {kind for kind, cases in self.wrong.items() if cases}

    def __str__(self) -> str:
        lines = [f"looked at: {', '.join(f'{count} {what}' for what, count in self.looked_at.items())}"]
        for kind, cases in self.wrong.items():
            if cases:
                lines += [f"{len(cases)} {kind}:", *(f"    {case}" for case in cases[:5])]
        return "\n".join(lines)


class Checker:
    """`rows(company, query)` asks the database; `{schema}` in the query is the company's."""

    def __init__(self, rows):
        self._rows, self.verdict = rows, Verdict()

    def check(self, company: dict, people: list[Person]) -> None:
        """Judge one company's conversations and everybody who took part in them."""
        messages = self._messages(company)
        self._check_numbers(company, messages)
        self._check_doubles(messages)
        for person in people:
            self._check_promises(person, messages)
            self._check_order(person, messages)
            self._check_view(person, messages)
        self.verdict.looked_at["messages"] += sum(map(len, messages.values()))
        self.verdict.looked_at["conversations"] += len(messages)
        self.verdict.looked_at["people"] += len(people)
        self.verdict.looked_at["comings"] += sum(person.comings for person in people)

    def check_chores(self, companies: list[dict], written: list[tuple[str, str]]) -> None:
        """Each chore that was promised is done, and none more than once."""
        for company in companies:
            promised = {key for schema, key in written if schema == company["schema"]}
            done = Counter(key for (key,) in self._rows(company, "SELECT key FROM {schema}.chore_done"))
            pending = self._rows(company, "SELECT id, tries, last_error FROM {schema}.outbox WHERE done_at IS NULL")
            self._note("chores promised and not done", promised - set(done))
            self._note("chores done more than once", [key for key, times in done.items() if times > 1])
            self._note("chores left over", pending)
            self.verdict.looked_at["chores"] += len(done)

    def _messages(self, company: dict) -> dict[int, list[tuple[int, str, str]]]:
        query = "SELECT conversation_id, seq, client_id::text, body FROM {schema}.message ORDER BY conversation_id, seq, id"
        messages = {id: [] for (id,) in self._rows(company, "SELECT id FROM {schema}.conversation ORDER BY id")}
        for conversation_id, *message in self._rows(company, query):
            messages[conversation_id].append(tuple(message))
        return messages

    def _check_numbers(self, company: dict, messages: dict[int, list]) -> None:
        heads = dict(self._rows(company, "SELECT id, last_seq FROM {schema}.conversation"))
        for conversation_id, rows in messages.items():
            if [seq for seq, *_ in rows] != list(range(1, heads[conversation_id] + 1)):
                self._note("conversations with holes", [(company["word"], conversation_id, heads[conversation_id])])

    def _check_doubles(self, messages: dict[int, list]) -> None:
        times = Counter(client_id for rows in messages.values() for _, client_id, _ in rows)
        self._note("doubled messages", [client_id for client_id, count in times.items() if count > 1])

    def _check_promises(self, person: Person, messages: dict[int, list]) -> None:
        there = {(id, seq, client_id) for id, rows in messages.items() for seq, client_id, _ in rows}
        anywhere = {client_id for _, _, client_id in there}
        lost = [client_id for client_id, at in person.acknowledged.items() if (*at, client_id) not in there]
        self._note("acknowledged and missing", [(person.name, *person.acknowledged[id]) for id in lost])
        self._note("refused and there", [(person.name, id) for id in person.refused if id in anywhere])
        self._note("never acknowledged", [(person.name, unsent) for unsent in person.outbox])
        self.verdict.looked_at["acknowledged"] += len(person.acknowledged)
        self.verdict.looked_at["refused"] += len(person.refused)

    def _check_order(self, person: Person, messages: dict[int, list]) -> None:
        place = {client_id: number for number, client_id in enumerate(person.written)}
        for conversation_id, rows in messages.items():
            own = [place[client_id] for _, client_id, _ in rows if client_id in place]
            if own != sorted(own):
                self._note("conversations out of order", [(person.name, conversation_id)])

    def _check_view(self, person: Person, messages: dict[int, list]) -> None:
        self._note("overheard from another company", [(person.name, text) for text in person.overheard])
        for conversation_id, held in person.held.items():
            self._note("shown twice with different contents", [(person.name, *case) for case in held.contradicted])
            rows = messages.get(conversation_id, [])
            if held.shown != rows:
                self._note("views unlike the database", [(person.name, conversation_id, held.last_seq, len(rows))])

    def _note(self, kind: str, cases) -> None:
        self.verdict.wrong[kind] += cases
