"""python -m astrow2fa.phone"""

from __future__ import annotations

import sys

from astrow2fa.phone.cli import main

sys.exit(main())
