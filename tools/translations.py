"""One catalogue per language for Python, templates and TypeScript.

python tools/translations.py update     collect the messages of the sources into translations/*/messages.po
python tools/translations.py check      fail when a message is missing, fuzzy, or loses a {placeholder}
python tools/translations.py compile    make what the programs read: .mo files, and JSON for the front end
"""

import io
import json
import re
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "translations"
FRONTEND_JSON = ROOT / "frontend" / "src" / "i18n"
LANGUAGES = ["zh_Hans", "zh_Hant"]
KEYWORDS = ["_", "_l", "gettext", "ngettext:1,2", "t", "tn:1,2"]


def update() -> None:
    template = collect()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        write(catalogue)
        print(f"{language}: {len(catalogue)} messages, {sum(1 for message in catalogue if is_open(message))} to translate")


def check() -> None:
    template = collect()
    complaints = [complaint for language in LANGUAGES for complaint in complaints_about(read(language), template)]
    print("\n".join(complaints) or f"{len(template)} messages are translated into {' and '.join(LANGUAGES)}.")
    if complaints:
        sys.exit(f"\n{len(complaints)} translations need work. `make messages` collects what is new.")


def compile() -> None:
    for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        catalogue = read(path.parts[-3])
        with open(path.with_suffix(".mo"), "wb") as file:
            write_mo(file, catalogue)
        write_json(catalogue)


def collect() -> Catalog:
    """All messages that the sources ask for now."""
    keywords = [option for keyword in KEYWORDS for option in ("-k", keyword)]
    options = ["--no-default-keywords", "--add-location=file", "--add-comments=Translators:", "--omit-header"]
    with chdir(ROOT), tempfile.NamedTemporaryFile(suffix=".pot") as file:
        CommandLineInterface().run(["pybabel", "-q", "extract", *options, *keywords, "-F", "babel.cfg", "-o", file.name, "."])
        return read_po(file)


def read(language: str) -> Catalog:
    path = path_of(language)
    text = path.read_bytes() if path.exists() else b""
    catalogue = read_po(io.BytesIO(text), locale=language, domain="messages")
    catalogue.project, catalogue.version, catalogue.fuzzy = "Laike", "", False
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.header_comment = "# What Laike says.  English is the source; `make messages` brings what is new."
    return catalogue


def write(catalogue: Catalog) -> None:
    path = path_of(str(catalogue.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        write_po(file, catalogue, sort_by_file=True, include_lineno=False, omit_header=False, width=120)


def path_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def complaints_about(catalogue: Catalog, template: Catalog):
    for wanted in template:
        message = catalogue.get(wanted.id) if wanted.id else None
        if not wanted.id:
            continue
        for fault in faults_of(message):
            yield f"{catalogue.locale}: {fault}: {first(wanted.id)!r} ({', '.join(name for name, _ in wanted.locations)})"


def faults_of(message: Message | None):
    if message is None:
        yield "missing"
    elif is_open(message):
        yield "fuzzy" if message.fuzzy else "not translated"
    else:
        # "The only seat is in use" has no number, "All %(num)s seats are in use" has: either form gives its own.
        wanted = set().union(*map(placeholders, texts(message.id)))
        for text in texts(message.string):
            if placeholders(text) - wanted or (wanted - placeholders(text) and not message.pluralizable):
                yield f"placeholders {sorted(wanted)} became {sorted(placeholders(text))}"


def is_open(message: Message) -> bool:
    return bool(message.id) and (message.fuzzy or not all(texts(message.string)))


def placeholders(text: str) -> set[str]:
    """`{name}` as in TypeScript and refusals, `%(name)s` as in templates."""
    return set(re.findall(r"\{\w+\}|%\(\w+\)[sd]", text))


def write_json(catalogue: Catalog) -> None:
    """Only what the front end asks for: {"Close": "关闭", "{n} visitor": ["…"]}"""
    messages = {
        first(message.id): message.string if isinstance(message.string, str) else list(message.string)
        for message in catalogue
        if message.id and not is_open(message) and any(name.startswith("frontend/") for name, _ in message.locations)
    }
    FRONTEND_JSON.mkdir(parents=True, exist_ok=True)
    path = FRONTEND_JSON / f"{catalogue.locale}.json"
    path.write_text(json.dumps(messages, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def first(identifier) -> str:
    return texts(identifier)[0]


def texts(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


if __name__ == "__main__":
    {"update": update, "check": check, "compile": compile}[sys.argv[1]]()
