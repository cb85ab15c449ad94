"""Visitors of a site, each with a cookie and one request open at a time, and what they got."""

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from statistics import median
from urllib.parse import urlsplit

from redis_ha.wait import now_s, pause_until

COOKIE = "PHPSESSID"
PATIENCE_S = 30
HTTP_ERROR = 500


@dataclass(frozen=True)
class Answer:
    """What a page answered; status 0 where it answered nothing."""

    at_s: float
    took_s: float
    status: int
    body: str = ""
    cookie: str | None = None
    retry_after: str | None = None

    @property
    def count(self) -> int | None:
        """Return the visitor's counter, None where it is an error."""
        return int(json.loads(self.body)["count"]) if self.status == http.client.OK else None


def ask(url: str, path: str, cookie: str | None = None) -> Answer:
    """Ask for a page over a connection of its own."""
    where = urlsplit(url)
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    at_s = now_s()
    connection = http.client.HTTPConnection(
        str(where.hostname), where.port or 80, timeout=PATIENCE_S
    )
    try:
        connection.request("GET", f"/{path}", headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return Answer(at_s, now_s() - at_s, 0)
    finally:
        connection.close()
    set_cookie = SimpleCookie(answer.headers.get("Set-Cookie", ""))
    told = set_cookie[COOKIE].value if COOKIE in set_cookie else None
    retry_after = answer.headers.get("Retry-After")
    return Answer(at_s, now_s() - at_s, answer.status, body, told, retry_after)


@dataclass
class Visitor:
    """One visitor, who comes again and again."""

    page: str
    cookie: str | None = None
    count: int = 0
    answers: list[Answer] = field(default_factory=list)
    logged_out: int = 0
    steps_back: int = 0

    def visit(self, url: str) -> Answer:
        answer = ask(url, self.page, self.cookie)
        self.answers.append(answer)
        if self.cookie and answer.cookie not in (None, self.cookie):
            self.logged_out += 1
        self.cookie = answer.cookie or self.cookie
        if answer.count is not None:
            self.steps_back += answer.count <= self.count
            self.count = answer.count
        return answer


@dataclass(frozen=True)
class Outcome:
    """What a number of visitors came to."""

    visitors: Sequence[Visitor]

    @property
    def answers(self) -> list[Answer]:
        """Return all answers in the order of their requests."""
        return sorted(
            (answer for each in self.visitors for answer in each.answers), key=lambda a: a.at_s
        )

    @property
    def errors(self) -> list[Answer]:
        """Return every answer that is no page."""
        return [each for each in self.answers if each.status != http.client.OK]

    @property
    def logged_out(self) -> int:
        return sum(each.logged_out for each in self.visitors)

    @property
    def steps_back(self) -> int:
        return sum(each.steps_back for each in self.visitors)

    def as_json(self) -> dict[str, object]:
        return {
            "requests": len(self.answers),
            "errors": len(self.errors),
            "statuses": sorted({each.status for each in self.errors}),
            "logged_out": self.logged_out,
            "steps_back": self.steps_back,
            "slowest_s": round(max(each.took_s for each in self.answers), 3),
            "median_s": round(median(each.took_s for each in self.answers), 4),
        }


@contextmanager
def visiting(
    urls: Sequence[str], page: str, number: int = 25, every_s: float = 0.5
) -> Iterator[Outcome]:
    """Have visitors come meanwhile, to one web node after the other; ends when all have left."""
    outcome = Outcome([Visitor(page) for _ in range(number)])
    ended = threading.Event()
    threads = [
        threading.Thread(
            target=_come, args=(visitor, urls, index * every_s / number, every_s, ended)
        )
        for index, visitor in enumerate(outcome.visitors)
    ]
    for each in threads:
        each.start()
    try:
        yield outcome
    finally:
        ended.set()
        for each in threads:
            each.join()


def _come(
    visitor: Visitor, urls: Sequence[str], delay_s: float, every_s: float, ended: threading.Event
) -> None:
    next_s = now_s() + delay_s
    turn = 0
    while not ended.is_set():
        pause_until(next_s)
        visitor.visit(urls[turn % len(urls)])
        turn += 1
        next_s = max(next_s + every_s, now_s())
