"""The command line: ``recharge`` and ``python -m recharge``."""

import signal
import sys

from . import _recharge


def main() -> int:
    """Runs the command line with the arguments of the process."""
    # The program has handlers of its own, and ends quietly when whoever reads its results has gone.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _recharge.main("recharge", *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
