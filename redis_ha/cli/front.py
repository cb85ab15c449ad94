"""`./inv`: Invoke with this project's exit statuses for arguments that make no sense."""

from invoke.exceptions import Exit, ParseError
from invoke.program import Program


class Front(Program):
    """Ends with status 2 where Invoke would end with 1 for arguments it cannot parse."""

    def parse_core(self, argv: list[str] | None) -> None:
        """Parse the options that come before the tasks."""
        try:
            super().parse_core(argv)
        except ParseError as error:
            raise _refusal(error) from None

    def parse_tasks(self) -> None:
        """Parse the tasks and their options."""
        try:
            super().parse_tasks()
        except ParseError as error:
            raise _refusal(error) from None


def _refusal(error: ParseError) -> Exit:
    return Exit(f"redis-ha: {error} `./inv --list` shows what there is", code=2)


def main() -> None:
    """Run the tasks that the command line names."""
    Front(name="Invoke", binary="inv", version="").run()


if __name__ == "__main__":
    main()
