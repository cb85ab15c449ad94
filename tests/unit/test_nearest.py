"""The word that was meant."""

from redis_ha.nearest import hint, unknown


def test_the_nearest_word_is_asked_about() -> None:
    assert hint("kil", ["hang", "kill"]) == " (did you mean `kill`?)"
    assert hint("xyz", ["hang", "kill"]) == ""


def test_a_line_names_what_there_is() -> None:
    said = unknown("fault", "hnag", iter(["kill", "hang"]))
    assert said == "no fault `hnag` (did you mean `hang`?); there are kill, hang"
