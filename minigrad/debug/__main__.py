"""``python -m minigrad.debug SCRIPT [ARGUMENT …]``: the script under `Pdb`."""

import sys

from .stepping import run_script

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m minigrad.debug SCRIPT [ARGUMENT …]")
    try:
        run_script(sys.argv[1], sys.argv[2:])
    except OSError as error:
        sys.exit(str(error))
