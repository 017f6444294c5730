"""The back door: take work from a queue. Run as ``python -m workers.work first default``.

Whoever works on ``ocr`` only waits for the child that looks, so it forks nothing for a job.
"""

import gc
import sys

from redis import Redis
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer

from app.plumbing.settings import Settings
from workers.jobs import application
from workers.listing import AllowListJob


def main() -> None:
    """Work until told to stop; wait patiently while Redis is away."""
    queues = sys.argv[1:] or ["default"]
    connection = Redis.from_url(Settings.read().redis_url)
    application()
    # What is here by now stays: looking through it for garbage takes a fifth of a long export.
    gc.freeze()
    sort = SimpleWorker if queues == ["ocr"] else Worker
    worker = sort(
        queues,
        connection=connection,
        serializer=JSONSerializer,
        job_class=AllowListJob,
        worker_ttl=60,
        job_monitoring_interval=5,
        maintenance_interval=15,
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
