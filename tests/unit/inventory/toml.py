"""Values as TOML, odd ones too."""

import json
import math
from typing import Any


def document(data: dict[str, Any]) -> str:
    """Return a document of one line per key."""
    return "".join(f"{text(key)} = {value(each)}\n" for key, each in data.items())


def value(each: Any) -> str:
    match each:
        case str():
            return text(each)
        case bool():
            return str(each).lower()
        case float():
            return str(each) if math.isfinite(each) else f"{each}"
        case list():
            return f"[{', '.join(map(value, each))}]"
        case dict():
            inner = (f"{text(key)} = {value(inner)}" for key, inner in each.items())
            return f"{{{', '.join(inner)}}}"
    return str(each)


def text(each: str) -> str:
    """Return a text in quotes; of what JSON leaves as it is, TOML refuses the delete character."""
    return json.dumps(each, ensure_ascii=False).replace("\x7f", "\\u007f")
