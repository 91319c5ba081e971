"""The tiles of the state page: what each part of the platform says, whether that is well, and what to do if it is not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import format_decimal, format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_portal.operations.readings import Platform
from core.clock import now

WELL, WATCH, BAD, UNKNOWN = "well", "watch", "bad", "unknown"
LEVELS = {WELL: _l("well"), WATCH: _l("watch it"), BAD: _l("act now"), UNKNOWN: _l("not known")}
# What must always run, and the unit that starts it again.
ROLES = ("pages", "live", "jobs", "schedule")


@dataclass
class Tile:
    """One part: facts to be read, and if something is wrong, how much and what to do."""

    title: str
    icon: str
    facts: list[tuple[str, str]]
    level: str = WELL
    advice: list[str] = field(default_factory=list)
    link: str = ""

    def complain(self, level: str, advice: str) -> None:
        """The worst complaint counts; all of them are shown."""
        order = (WELL, WATCH, BAD)
        self.level = max(self.level, level, key=order.index)
        self.advice.append(advice)

    @property
    def word(self) -> str:
        return str(LEVELS[self.level])


def tiles_of(platform: Platform) -> list[Tile]:
    return [
        make(platform) for make in (processes, loop, queue, outboxes, sweeps, stripe, sms, schemas, ready, database, redis, off)
    ]


def processes(platform: Platform) -> Tile:
    alive = Counter(process.role for process in platform.living)
    tile = Tile(_("Processes"), "server", [(role, str(alive[role])) for role in ROLES])
    for process in platform.missing:
        tile.complain(BAD, _("%(role)s on %(host)s (process %(pid)s) has fallen silent. Read its log, then start it again: systemctl restart laike-%(role)s.", role=process.role, host=process.host, pid=process.pid))  # fmt: skip
    for role in ROLES:
        if not alive[role]:
            tile.complain(BAD, _("No process of the kind %(role)s lives. Start one.", role=role))
    return tile


def loop(platform: Platform) -> Tile:
    lags = [process.figures.get("lag", 0) for process in platform.living]
    sockets = sum(sum(process.figures.get("sockets", {}).values()) for process in platform.living)
    requests = sum(process.figures.get("requests", 0) for process in platform.living)
    worst = max(lags, default=0)
    facts = [(_("Sockets"), number(sockets)), (_("Requests a second"), number(requests)), (_("Longest wait"), seconds(worst))]
    tile = Tile(_("Web traffic"), "activity", facts)
    if worst > 0.25:
        tile.complain(BAD if worst > 1 else WATCH, _("A process made everybody wait. Look at Load and limits for a company that asks too much, and at the log for “loop is stuck”; start one more live process if it stays."))  # fmt: skip
    return tile


def queue(platform: Platform) -> Tile:
    if platform.queue is None:
        return unknown(
            _("Queue"),
            "stack",
            _("Redis does not answer. Hints are lost meanwhile; the schedule does the work within 20 seconds."),
        )
    count, since = platform.queue
    tile = Tile(_("Queue"), "stack", [(_("Hints waiting"), number(count)), (_("Oldest"), since_when(since))])
    if since and now() - since > timedelta(seconds=60):
        tile.complain(WATCH, _("Workers do not keep up. Start one more: systemctl start laike-jobs@2. Nothing is lost: the schedule sweeps all outboxes."))  # fmt: skip
    return tile


def outboxes(platform: Platform) -> Tile:
    figures = platform.reading("outboxes")
    if figures is None:
        return unmeasured(_("Outboxes"), "mailbox")
    facts = [(_("Waiting"), number(figures["waiting"])), (_("Companies"), number(figures["companies"])),
             (_("Oldest"), since_when(at(figures["oldest"]))), (_("Given up"), number(figures["failed"]))]  # fmt: skip
    tile = Tile(_("Outboxes"), "mailbox", facts, link="admin_portal.failures.index")
    if older_than(figures["oldest"], minutes=10):
        tile.complain(WATCH, _("Jobs wait for long: something they need is away, the mail server perhaps. They are tried again by themselves; see the log for “job failed”."))  # fmt: skip
    if figures["failed"]:
        tile.complain(WATCH, _("Some work was given up. Find out why under Failed work, then replay it."))
    return tile


def sweeps(platform: Platform) -> Tile:
    failing, overdue = (
        [one.name for one in platform.sweeps if ask(one)] for ask in (lambda s: s.is_failing, lambda s: s.is_overdue)
    )
    facts = [
        (_("Sweeps"), number(len(platform.sweeps))),
        (_("Failing"), number(len(failing))),
        (_("Overdue"), number(len(overdue))),
    ]
    tile = Tile(_("Schedule"), "clock-hour-4", facts)
    if not platform.sweeps:
        return unmeasured(_("Schedule"), "clock-hour-4")
    for name in failing:
        tile.complain(BAD, _("%(name)s failed the last time. The log has the whole error.", name=name))
    for name in overdue:
        tile.complain(
            BAD,
            _(
                "%(name)s is overdue. If another sweep takes very long it waits for it; if not, restart laike-schedule.",
                name=name,
            ),
        )
    return tile


def stripe(platform: Platform) -> Tile:
    figures = platform.reading("stripe")
    if figures is None:
        return unmeasured(_("Payments"), "credit-card")
    facts = [(_("Not handled yet"), number(figures["new"])), (_("Tried again"), number(figures["failed"])),
             (_("Given up"), number(figures["dead"])), (_("Oldest"), since_when(at(figures["oldest"])))]  # fmt: skip
    tile = Tile(_("Payment events"), "credit-card", facts, link="admin_portal.failures.index")
    if figures["dead"]:
        tile.complain(BAD, _("Events were given up after three days. See why under Failed work; the reconciliation finds what is missing meanwhile."))  # fmt: skip
    if older_than(figures["oldest"], minutes=15):
        tile.complain(WATCH, _("Events wait for long. See whether Stripe answers, and whether the key is still valid."))
    return tile


def sms(platform: Platform) -> Tile:
    figures = platform.reading("sms")
    if figures is None:
        return unmeasured(_("SMS"), "device-mobile-message")
    facts = [(_("Waiting"), number(figures["waiting"])), (_("Unclear"), number(figures["unclear"])),
             (_("Refused in a day"), number(figures["refused"])), (_("Oldest"), since_when(at(figures["oldest"])))]  # fmt: skip
    tile = Tile(_("SMS"), "device-mobile-message", facts)
    if older_than(figures["oldest"], minutes=15):
        tile.complain(WATCH, _("SMS wait for long. See whether the gateway answers and has credit left; companies are not charged for what is not sent."))  # fmt: skip
    return tile


def schemas(platform: Platform) -> Tile:
    figures = platform.reading("schemas")
    if figures is None:
        return unmeasured(_("Tables of the companies"), "versions")
    facts = [(revision or "–", number(count)) for revision, count in sorted(figures["revisions"].items(), reverse=True)[:4]]
    tile = Tile(_("Tables of the companies"), "versions", facts or [(figures["head"], "0")])
    if figures["behind"]:
        tile.complain(WATCH, _("%(count)s schemas are behind the newest revision. They work on; run: python -m saas.cli migrate companies. It says who failed and why.", count=figures["behind"]))  # fmt: skip
    return tile


def ready(platform: Platform) -> Tile:
    figures = platform.reading("schemas")
    if figures is None:
        return unmeasured(_("Room for new companies"), "building-plus")
    facts = [(_("Ready"), number(figures["ready"])), (_("Wanted"), number(figures["wanted"]))]
    tile = Tile(_("Room for new companies"), "building-plus", facts)
    if not figures["ready"]:
        tile.complain(BAD, _("No schema is ready: signing up waits. The schedule makes some; if it does not, read its log."))
    elif figures["ready"] * 2 < figures["wanted"]:
        tile.complain(WATCH, _("Fewer than half are ready. After many sign-ups that is normal for a minute; if it stays, read the log of the schedule."))  # fmt: skip
    return tile


def database(platform: Platform) -> Tile:
    figures = platform.reading("database")
    if figures is None:
        return unmeasured("PostgreSQL", "database")
    used, most = figures["connections"], figures["connections_at_most"]
    facts = [(_("Connections"), f"{used} / {most}"), (_("Longest transaction"), seconds(figures["longest_transaction"])),
             (_("Waiting for locks"), number(figures["waiting_for_locks"])), (_("Size"), size(figures["size"])),
             (_("Replicas"), number(figures["replicas"]))]  # fmt: skip
    tile = Tile("PostgreSQL", "database", facts)
    if used > 0.8 * most:
        tile.complain(
            BAD, _("Connections run out. Put PgBouncer in between, or raise max_connections; restart what holds most.")
        )
    if figures["longest_transaction"] > 300:
        tile.complain(WATCH, _("A transaction is open for long and keeps tables from being cleaned. Find it in pg_stat_activity; end it with pg_terminate_backend."))  # fmt: skip
    if figures["waiting_for_locks"] > 5:
        tile.complain(WATCH, _("Many wait for locks. pg_blocking_pids() says for whom."))
    if figures["behind"] > 64 * 2**20:
        tile.complain(WATCH, _("A replica is %(size)s behind. Look at its disk and network.", size=size(figures["behind"])))
    return tile


def redis(platform: Platform) -> Tile:
    info = platform.redis
    if info is None:
        tile = unknown(
            "Redis", "bolt", _("Redis does not answer. Chats go on, seats are believed, hints come late. Start it again.")
        )
        tile.level = BAD
        return tile
    most = info.get("maxmemory", 0)
    facts = [(_("Memory"), size(info["used_memory"]) + (f" / {size(most)}" if most else "")),
             (_("Clients"), number(info["connected_clients"])), (_("Evicted"), number(info["evicted_keys"])),
             (_("Written to disk"), _("yes") if info.get("aof_enabled") or info.get("rdb_last_save_time") else _("no"))]  # fmt: skip
    tile = Tile("Redis", "bolt", facts)
    if most and info["used_memory"] > 0.9 * most:
        tile.complain(BAD, _("Memory runs out. Raise maxmemory."))
    if info["evicted_keys"]:
        tile.complain(
            WATCH,
            _("Keys were thrown out. Set maxmemory-policy to noeviction and give it more memory: seats and limits live here."),
        )
    if info.get("rdb_last_bgsave_status", "ok") != "ok":
        tile.complain(WATCH, _("The last save to disk failed. Look at its disk; nothing that matters is lost."))
    return tile


def off(platform: Platform) -> Tile:
    facts = [(one.title, one.company.company_id if one.company else _("for all")) for one in platform.switches[:5]]
    tile = Tile(_("Switches"), "toggle-left", facts or [(_("Switched off"), _("nothing"))], link="admin_portal.switches.index")
    if platform.switches:
        tile.complain(WATCH, _("Something is switched off. Switch it on as soon as the reason is gone."))
    return tile


def unmeasured(title: str, icon: str) -> Tile:
    return unknown(title, icon, _("Not measured lately: the schedule does that. See whether laike-schedule runs."))


def unknown(title: str, icon: str, advice: str) -> Tile:
    return Tile(title, icon, [], level=UNKNOWN, advice=[advice])


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def older_than(text: str | None, minutes: int) -> bool:
    return bool(text) and now() - at(text) > timedelta(minutes=minutes)


def since_when(moment: datetime | None) -> str:
    return format_timedelta(now() - moment, granularity="second") if moment else "–"


def seconds(amount: float) -> str:
    return format_timedelta(timedelta(seconds=amount), granularity="second") if amount >= 10 else f"{round(amount, 2):g} s"


def number(amount: float) -> str:
    return format_decimal(amount if isinstance(amount, int) else round(amount, 1))


def size(amount: float) -> str:
    """Bytes, as people read them."""
    steps: tuple[tuple[int, str], ...] = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))
    step, unit = next(((step, unit) for step, unit in steps if amount >= step), (1, "B"))
    return f"{format_decimal(round(amount / step, 1))} {unit}"
