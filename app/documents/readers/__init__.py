"""Windows on documents: values in, values out; no database, no web, no network."""

import os

# Set before numpy and OpenCV load: on a machine of many cores their threads would reserve more
# address space than a child of the sandbox may have, and one file has one core anyway.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
