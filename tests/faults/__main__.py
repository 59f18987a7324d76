"""`make proof-faults`."""

import sys

from tests.faults.plant import main

sys.exit(main())
