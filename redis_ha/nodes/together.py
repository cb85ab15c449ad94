"""Work that several threads ask for at the same time: one does it, the others wait for that."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock


class Together:
    """Do a piece of work once for all threads that ask for it meanwhile; they share its outcome."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work, self._lock = work, Lock()
        self._running: Future[object] | None = None

    def __call__(self) -> None:
        """Have it done.

        Raises:
            Exception: what the work raised, whichever thread did it.
        """
        with self._lock:
            others, mine = self._running, Future[object]()
            if others is None:
                self._running = mine
        if others is None:
            self._do(mine)
        (others or mine).result()

    def _do(self, mine: Future[object]) -> None:
        try:
            mine.set_result(self._work())
        except BaseException as error:  # `result` raises it, here too
            mine.set_exception(error)
        finally:
            with self._lock:
                self._running = None
