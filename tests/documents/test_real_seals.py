"""Seals of real documents, against what is known of each."""

import csv
import os
import re
from pathlib import Path

import pytest

from app.documents.readers import seal, seals_ofd
from tests.seals import in_pdf

SAMPLES = os.environ.get("YANPIAO_SAMPLES", "")


def true_answers() -> list[tuple[str, str]]:
    if not SAMPLES:
        return []
    with (Path(SAMPLES) / "MANIFEST.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            (row["file"], row["signature"])
            for row in rows
            if re.match("(pdf|ofd)/(?!neg)", row["file"])
        ]


@pytest.mark.parametrize(("file", "truth"), true_answers() or [("", "")])
def test_real_seals_are_as_they_are(file, truth):
    if not file:
        pytest.skip("real seals: YANPIAO_SAMPLES is not set")
    data = (Path(SAMPLES) / file).read_bytes()
    found = seals_ofd.read(data) if file.endswith("ofd") else in_pdf(data)
    if truth == "none":
        assert found == []
        return
    (one,) = found
    if "ofdrw-sign" in truth:
        assert (one.state, one.reasons) == (seal.UNREADABLE, ("no_certificate",))
        assert one.maker.startswith("ofdrw-sign") and not one.parts
        return
    is_tampered = "BAD" in truth
    assert one.state == (seal.ALTERED if is_tampered else seal.INTACT), one
    assert one.parts == (("Doc_0/Document.xml",) if is_tampered else ())
    assert (one.chain == seal.TEST) == ("TEST" in truth or "测试" in truth)
    assert (one.chain == seal.SELF_SIGNED) == ("Administrator" in truth)
    assert ("appended" in one.reasons) == ("appended" in truth)
    if tax_id := re.search(r"=(9[0-9A-Z]{17})\b", truth):
        assert one.signer_tax_id == tax_id[1]
    if file.endswith("ofd"):
        count = re.search(r"(\d+)/\1 ok|refs (\d+) ok", truth)
        assert count and len(one.covers) == int(count[1] or count[2])
        assert "税务" in one.stamp_maker and "stamp" not in one.reasons
