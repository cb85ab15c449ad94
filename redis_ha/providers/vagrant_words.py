"""What Vagrant says, in the words that somebody who waits or looks for a fault wants to read."""

import re

NEWS = {
    "Uploading base box image": "copying the box",
    "Importing base box": "copying the box",
    "Cloning VM": "copying the box",
    "Starting domain": "starts",
    "Booting VM": "starts",
    "Machine booted and ready": "has booted",
    "Configuring and enabling network": "gets its address",
}
"""What progress begins with, of libvirt and of VirtualBox, and what people are told."""
ABOUT = re.compile(r"^==> (?P<machine>[\w.-]+): (?P<what>.*)")
SENTENCE_ENDS = re.compile(r"(?<=[.!])\s+(?=[A-Z])")
CAUSE = re.compile(r"^(?:Error|Message): (.*)", re.MULTILINE)
EMPTY = (
    "The error message is shown below",
    "The reason is shown below",
    "The output of the command",
    "Stdout from the command:",
    "Stderr from the command:",
    "please read the error message",
    "error occurred",
    "There are errors in the configuration",
    "Vagrant failed to initialize",
    "Vagrant attempted to execute",
)
"""What Vagrant's errors say before they come to the point."""


def progress(line: str) -> str | None:
    """Return what a line of Vagrant's output means, None for what nobody waits for."""
    found = ABOUT.match(line)
    if not found:
        return None
    for words, news in NEWS.items():
        if found["what"].startswith(words):
            return f"{found['machine']}: {news}"
    return None


def complaint(output: str) -> str:
    """Return the sentence of an error that says what is wrong, in one line, with its cause."""
    paragraphs = [" ".join(each.split()) for each in re.split(r"\n\s*\n", output.strip())]
    told = [each for each in paragraphs if each and not any(words in each for words in EMPTY)]
    sentence = SENTENCE_ENDS.split((told or paragraphs)[0])[0] or "no output"
    causes = CAUSE.findall(output)
    return f"{sentence.rstrip('.')}: {causes[-1]}" if causes else sentence
