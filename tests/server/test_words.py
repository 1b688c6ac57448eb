"""Everything that a user of the server reads is there in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from regulars_server import words
from server.people import Client

NAMES = sorted(words.catalogues())


def test_every_capability_has_a_catalogue() -> None:
    assert {"console", "access", "audit"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_untranslated(name: str) -> None:
    assert words.missing(name) == [], "run python -m regulars_server.words, then translate"
    assert words.left_over(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_chinese_has_its_own_punctuation_and_no_typed_blanks(name: str) -> None:
    from babel.messages.pofile import read_po

    with words.catalogues()[name].open("rb") as text:
        said = [str(m.string) for m in read_po(text, locale="zh_Hans") if m.id]
    han = "[\u4e00-\u9fff]"
    odd = re.compile(rf"{han}[,;:?!()]|[,;:?!()]{han}|{han}\.(?!\w)|{han} [\w%]|[\w)] {han}")
    assert [line for line in said if odd.search(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_places_for_values_are_the_same_in_both_languages(name: str) -> None:
    from babel.messages.pofile import read_po

    place = re.compile(r"%\(\w+\)s")
    with words.catalogues()[name].open("rb") as text:
        for m in read_po(text, locale="zh_Hans"):
            english = m.id if isinstance(m.id, str) else m.id[-1]
            for said in [m.string] if isinstance(m.string, str) else m.string:
                assert sorted(place.findall(english)) == sorted(place.findall(said)), english


def test_a_text_is_translated_the_same_way_everywhere() -> None:
    """Django has one catalogue of all: of two translations, one would be shown in both places."""
    from babel.messages.pofile import read_po

    said: dict[str, dict[str, str]] = {}
    for name, file in words.catalogues().items():
        with file.open("rb") as text:
            for m in read_po(text, locale="zh_Hans"):
                if isinstance(m.id, str) and m.id:
                    said.setdefault(m.id, {})[name] = str(m.string)
    assert {k: v for k, v in said.items() if len(set(v.values())) > 1} == {}


@pytest.mark.django_db
def test_the_browser_asks_and_the_user_decides(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    chinese = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}
    assert '<html lang="en">' in client.get("/account/").content.decode()
    assert '<html lang="zh-Hans">' in client.get("/account/", **chinese).content.decode()
    client.post("/language/", {"language": "en", "back": "/account/"})
    assert '<html lang="en">' in client.get("/account/", **chinese).content.decode()
    answer = client.post("/language/", {"language": "zh-hans", "back": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert "我的账号" in client.get("/account/").content.decode()


@pytest.mark.django_db
def test_the_api_tells_problems_in_the_language_that_is_asked_for(client: Client) -> None:
    answer = client.get("/api/v1/me", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert answer.json()["title"] == "请先登录"
