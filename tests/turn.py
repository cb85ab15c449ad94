"""A test's turn on this machine: a share of it, until it asks for all."""

from contextlib import ExitStack

import pytest

TURN = pytest.StashKey[ExitStack]()
