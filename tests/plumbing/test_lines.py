"""What somebody waits for at the page goes before hundreds of files that are read one by one."""

from dataclasses import replace

import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from app.plumbing import queue
from workers.listing import AllowListJob
from workers.parts import own_parts


def lines(settings, name):
    """The lines that a part of the installation takes work from, in its order."""
    for part in own_parts(settings):
        if part.name == name:
            return part.argv[part.argv.index("workers.work") + 1 :]
    return []


@pytest.mark.parametrize("has_eyes", [True, False])
def test_every_line_has_its_worker(settings, has_eyes):
    chosen = replace(settings, has_eyes=has_eyes)
    assert [*lines(chosen, "worker"), *lines(chosen, "ocr")] == list(queue.LINES)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_list_and_a_paper_are_not_kept_waiting_by_files(app, settings):
    asked = [f"workers.reading.read_copy {n}" for n in range(3)]
    asked += ["workers.batches.run 3", "workers.mail.send 4", "workers.papers.make 5"]
    for one in asked:
        verb, name = one.split()
        queue.wake(name, verb)
    done = []
    worker = SimpleWorker(
        lines(settings, "worker"),
        connection=queue.redis(),
        serializer=JSONSerializer,
        job_class=AllowListJob,
    )
    worker.perform_job = lambda job, _line: done.append(int(job.args[0])) or True
    worker.work(burst=True, max_jobs=len(asked))
    assert done == [3, 5, 0, 1, 2, 4]
