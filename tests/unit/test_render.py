from pathlib import Path

import pytest
from jinja2 import UndefinedError

from redis_ha import render


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(render, "folders", lambda: (tmp_path,))
    monkeypatch.setattr(render, "_environment", render._environment.__wrapped__)
    return tmp_path / "a.j2"


def test_a_misspelt_variable_is_an_error(template: Path) -> None:
    template.write_text("port {{ prot }}\n")
    with pytest.raises(UndefinedError, match="'prot' is undefined"):
        render.render("a.j2", port=1)


def test_a_misspelt_attribute_is_an_error(template: Path) -> None:
    template.write_text("{{ path.nmae }}\n")
    with pytest.raises(UndefinedError, match="nmae"):
        render.render("a.j2", path=Path("/etc"))


def test_blocks_leave_no_lines_and_the_last_newline_stays(template: Path) -> None:
    template.write_text("a\n  {% if yes %}\nb {{ word }}\n  {% endif %}\n")
    assert render.render("a.j2", yes=True, word="<&>") == "a\nb <&>\n"
    assert render.render("a.j2", yes=False, word="") == "a\n"


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/var/lib/redis", "/var/lib/redis"),
        ("/a b/ä", '"/a b/ä"'),
        ("/it's", '"/it\'s"'),
        ('/"\\', '"/\\"\\\\"'),
    ],
)
def test_a_path_is_one_word_of_redis_conf(path: str, word: str, template: Path) -> None:
    template.write_text("dir {{ path | word }}")
    assert render.render("a.j2", path=Path(path)) == f"dir {word}"


def test_supervisord_finds_no_expression_in_a_path(template: Path) -> None:
    template.write_text("{{ path | supervised }}")
    assert render.render("a.j2", path=Path("/100%d")) == "/100%%d"
