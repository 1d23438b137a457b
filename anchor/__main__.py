"""``python -m anchor`` is the command line."""

import sys

from anchor.cli import main

sys.exit(main())
