"""``python -m anchor`` is the command line."""

import sys

from anchor.cli.main import main

sys.exit(main())
