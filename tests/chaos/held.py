"""What one client holds of one conversation, kept by the rules of the product's own pages."""

from dataclasses import dataclass, field


@dataclass
class Held:
    """The messages shown so far, without holes, and those that came too early to be shown."""

    shown: list[tuple[int, str, str]] = field(default_factory=list)
    early: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    contradicted: list[tuple] = field(default_factory=list)

    @property
    def last_seq(self) -> int:
        return len(self.shown)

    @property
    def is_behind(self) -> bool:
        return bool(self.early)

    def take(self, seq: int, client_id: str, text: str) -> None:
        """Show a message if it is the next one; keep it if it is early; check it if it is known."""
        message = seq, client_id, text
        if seq <= self.last_seq:
            self._compare(self.shown[seq - 1], message)
        elif seq in self.early:
            self._compare(self.early[seq], message)
        else:
            self.early[seq] = message
        while self.last_seq + 1 in self.early:
            self.shown.append(self.early.pop(self.last_seq + 1))

    def _compare(self, held: tuple, message: tuple) -> None:
        if held[:2] != message[:2]:
            self.contradicted.append((held, message))
