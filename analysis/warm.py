"""What the fork server imports once for all kernels and workers of a build (see `kernels`).  Nothing else imports this."""

import contextlib
import gc
import os
import sys

# in a session of its own: Ctrl-C in a terminal reaches the build alone, which ends the others
with contextlib.suppress(OSError):
    os.setsid()

# jsonschema would import it for a format nobody here uses, and it builds its parsers at import: half a second
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import altair as alt  # noqa: E402
import ipykernel.ipkernel  # noqa: E402
import ipykernel.kernelapp  # noqa: E402, F401
import nbconvert  # noqa: E402, F401
import pandas as pd  # noqa: E402
import papermill  # noqa: E402, F401

import analysis.agreement  # noqa: E402
import analysis.arguments  # noqa: E402
import analysis.charts  # noqa: E402
import analysis.figures  # noqa: E402
import analysis.inputs  # noqa: E402

# the first chart of a process fills Altair's caches
alt.Chart(pd.DataFrame({"a": [1]})).mark_rect().encode(x="a:N").to_dict()

# the code as it was imported: a run made after an edit must not pass for one made with it
analysis.inputs.code()

# what is here stays: the children need not look through it for garbage, and share its memory
gc.collect()
gc.freeze()
