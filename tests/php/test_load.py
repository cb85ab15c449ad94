"""Visitors of a drill as browsers: the forms that they fill in, the cookies that they keep."""

import json
import subprocess
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).with_name("load")
PAGE = """<!doctype html><html><body>
<form action="/other"><input name="q"></form>
<form action="/save?token=1&amp;edit%5Btt%5D=2" method="post">
<input type="hidden" name="token" value="a&quot;b">
<input type="text" data-formengine-input-name="no name of its own">
<input type="checkbox" name="on" value="1" checked><input type="checkbox" name="off" value="1">
<input name="gone" value="1" disabled><input type="submit" name="button" value="Save">
<select name="chosen"><option value="1">one<option value="2" selected>two</select>
<select name="first"><option value="1">one<option value="2">two</select>
<textarea name="data[tt][2][text]">&lt;p&gt;Grüße&lt;/p&gt;</textarea>
</form></body></html>"""


def run(program: str, told: str, *words: str) -> str:
    done = subprocess.run(
        ["php", str(PROGRAMS / f"{program}.php"), *words],
        input=told,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def form(field: str) -> Any:
    return json.loads(run("form", PAGE, field))


def test_a_form_sends_what_a_browser_would() -> None:
    assert form("token") == {
        "action": "/save?token=1&edit%5Btt%5D=2",
        "values": {
            "token": 'a"b',
            "on": "1",
            "chosen": "2",
            "first": "1",
            "data[tt][2][text]": "<p>Grüße</p>",
        },
    }


def test_a_page_without_the_field_has_no_such_form() -> None:
    assert form("password") is None


def test_cookies_are_kept_until_they_are_taken_away() -> None:
    told = [
        "HTTP/1.1 200 OK\r\nSet-Cookie: one=1; path=/\r\nSet-Cookie: two=2; HttpOnly",
        "HTTP/1.1 303 See Other\r\nSet-Cookie: two=deleted; Max-Age=0\r\nset-cookie: three=3",
    ]
    lines = run("questions", json.dumps(told)).splitlines()
    assert "Cookie: one=1; three=3" in lines


def test_a_form_is_sent_from_the_page_that_it_is_on() -> None:
    head, _, body = run("questions", "[]").partition("\n\n")
    assert head.splitlines() == [
        "POST /a?b=c HTTP/1.0",
        "Host: localhost",
        "Referer: http://localhost/typo3/",
        "Origin: http://localhost",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    assert body == "text=%C3%A4+%26+b&field%5B1%5D=1"
