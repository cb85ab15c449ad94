"""A visitor of the TYPO3 site, by plain HTTP: pages, and the form to log in."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

PATIENCE_S = 20
FORM = re.compile(r"<form.*?</form>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
ACTION = re.compile(r'action="([^"]*)"')
WHO = re.compile(r'<p id="visitor" data-user="(\w*)"(?: data-counter="(\d+)")?')


class Member:
    """One visitor with his cookies.

    Args:
        base: the URL of the site, with a slash at its end.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def asked(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and body of a page."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        url = urllib.parse.urljoin(self.base, path)
        try:
            with self._opener.open(url, data, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def good(self, path: str) -> str:
        """Return the body of a page that has to be good."""
        status, body = self.asked(path)
        assert status == 200, (path, status)
        return body

    def log_in(self, name: str, password: str) -> tuple[str, int]:
        """Send the form of the members' page; return who that is then and his counter."""
        found = FORM.search(self.good("members"))
        assert found
        action = ACTION.search(found[0])
        assert action
        hidden = {
            html.unescape(key): html.unescape(value) for key, value in HIDDEN.findall(found[0])
        }
        fields = {**hidden, "user": name, "pass": password}
        status, body = self.asked(html.unescape(action[1]), fields)
        assert status == 200
        return who(body)

    def who(self) -> tuple[str, int]:
        """Return whom the members' page knows, and his counter."""
        return who(self.good("members"))


def who(body: str) -> tuple[str, int]:
    """Return whom a page knows, "" for nobody, and his counter."""
    found = WHO.search(body)
    assert found, body
    return found[1], int(found[2] or 0)
