import json

import pytest

from tools import translations


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small product with a word in each kind of source."""
    (tmp_path / "core" / "templates").mkdir(parents=True)
    (tmp_path / "frontend" / "src").mkdir(parents=True)
    (tmp_path / "babel.cfg").write_text((translations.ROOT / "babel.cfg").read_text())
    (tmp_path / "core" / "errors.py").write_text('message = _l("All {seats} seats are taken.")\n')
    (tmp_path / "core" / "templates" / "page.html").write_text('{{ _("Sign in") }}')
    (tmp_path / "frontend" / "src" / "Bar.tsx").write_text(
        "const Bar = () => <p title={t('Close')}>{tn('{n} visitor', '{n} visitors', 2)}</p>;\n"
    )
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "TRANSLATIONS", tmp_path / "translations")
    monkeypatch.setattr(translations, "FRONTEND_JSON", tmp_path / "frontend" / "src" / "i18n")
    return tmp_path


WORDS = {
    "All {seats} seats are taken.": "全部 {seats} 个席位已用。",
    "Sign in": "登录",
    "Close": "关闭",
    "{n} visitor": ("{n} 位访客",),
}


def translate(words):
    for language in translations.LANGUAGES:
        catalogue = translations.read(language)
        for source, text in words.items():
            catalogue.get(source).string = text
        translations.write(catalogue)


def test_update_collects_the_words_of_python_templates_and_typescript(tree):
    translations.update()

    collected = {translations.first(message.id) for message in translations.read("zh_Hant") if message.id}
    assert collected == set(WORDS)


def test_update_collects_the_words_inside_a_template_literal(tree):
    (tree / "frontend" / "src" / "alerts.ts").write_text("document.title = `● ${t('New messages')}`;\n")

    translations.update()

    assert translations.read("zh_Hans").get("New messages") is not None


def test_update_collects_nothing_of_what_others_installed(tree):
    (tree / "var" / "bench" / "templates").mkdir(parents=True)
    (tree / "var" / "bench" / "templates" / "theirs.html").write_text('{% load i18n %}{{ _("Theirs") }}')

    translations.update()

    assert translations.read("zh_Hans").get("Theirs") is None


def test_update_keeps_what_is_translated_and_drops_what_is_no_longer_said(tree):
    translations.update()
    translate(WORDS)
    (tree / "core" / "templates" / "page.html").write_text('{{ _("Sign out") }}')

    translations.update()

    catalogue = translations.read("zh_Hans")
    assert catalogue.get("Close").string == "关闭"
    assert catalogue.get("Sign in") is None
    assert catalogue.get("Sign out").string == ""


def test_check_passes_when_everything_is_translated(tree, capsys):
    translations.update()
    translate(WORDS)

    translations.check()

    assert "4 messages are translated into zh_Hans and zh_Hant." in capsys.readouterr().out


def test_check_allows_the_placeholders_of_either_plural_form(tree):
    (tree / "core" / "templates" / "page.html").write_text(
        '{{ ngettext("The only seat is in use", "All %(num)s seats are in use", 2) }}'
    )
    translations.update()
    translate({source: text for source, text in WORDS.items() if source != "Sign in"})
    translate({"The only seat is in use": ("所有 %(num)s 个坐席都在使用中",)})

    translations.check()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"Close": ""}, "not translated: 'Close' (frontend/src/Bar.tsx)"),
        ({"All {seats} seats are taken.": "席位已满。"}, "placeholders ['{seats}'] became []"),
        ({"{n} visitor": ("{m} 位访客",)}, "placeholders ['{n}'] became ['{m}']"),
    ],
)
def test_check_names_what_needs_work(tree, capsys, change, complaint):
    translations.update()
    translate(WORDS | change)

    with pytest.raises(SystemExit):
        translations.check()

    assert f"zh_Hans: {complaint}" in capsys.readouterr().out


def test_check_misses_a_word_that_was_never_collected(tree, capsys):
    with pytest.raises(SystemExit):
        translations.check()

    assert "zh_Hant: missing: 'Sign in' (core/templates/page.html)" in capsys.readouterr().out


def test_a_template_that_cannot_be_read_is_no_silent_loss(tree):
    (tree / "core" / "templates" / "page.html").write_text('{% if %}{{ _("Sign in") }}')

    with pytest.raises(Exception, match="Expected an expression"):
        translations.collect()


def test_compile_gives_the_front_end_its_own_words_only(tree):
    translations.update()
    translate(WORDS)

    translations.compile()

    words = json.loads((tree / "frontend" / "src" / "i18n" / "zh_Hans.json").read_text())
    assert words == {"Close": "关闭", "{n} visitor": ["{n} 位访客"]}
    assert (tree / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.mo").exists()
