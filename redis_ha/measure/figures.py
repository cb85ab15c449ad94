"""Kinds of figures that records have, with what is allowed of each."""

from typing import Annotated

from pydantic import Field

Count = Annotated[int, Field(ge=0)]
Seconds = float | None
"""A time, where there may be none: it did not happen, or nobody knows."""
