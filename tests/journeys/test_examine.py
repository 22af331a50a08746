"""`guichet examine`: invoices of ours and of others, good ones and such that break one rule each, and
files that are made to hurt who opens them."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import zlib

import pytest

from support import einvoices, server

READ = server.ROOT / "tests" / "invoices" / "read"
ALSO = {"BR-CO-10": {"BR-CO-13"}, "BR-FR-10": {"BR-FR-32"}, "BR-FR-11": {"BR-FR-21"},
        "BR-FR-12": {"BR-FR-21"}, "BR-FR-DEC-01": {"BR-DEC-14"}}
HOSTILE_S = 8
CHILD_KB = 256 * 1024


def examine(*paths):
    """What is told about each file, by its name."""
    done = subprocess.run([str(server.binary()), "examine", "--json", *map(str, paths)],
                          capture_output=True, text=True, check=False, timeout=120)
    told = json.loads(done.stdout)
    good = all(file["result"] == "ok" and not file["failures"] for file in told)
    assert done.returncode == (0 if good else 1), done.stderr
    assert done.stderr == ""
    return {pathlib.Path(file["file"]).name: file for file in told}


def rules(told):
    return {failure["rule"] for failure in told["failures"]}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    program = server.binary().parent / "render_invoices"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    place = tmp_path_factory.mktemp("papers")
    subprocess.run([str(program), str(place)], check=True, timeout=120)
    return place


def samples(kind):
    folder = einvoices.directory() / "samples" / kind
    if not folder.is_dir():
        pytest.skip(f"there are no samples at {folder}")
    return sorted(folder.glob("*.xml"))


def test_what_we_write_is_good_in_every_format(corpus):
    files = sorted(corpus.glob("*.xml"))
    files += [pdf for pdf in sorted(corpus.glob("*.pdf")) if pdf.with_suffix(".cii.xml").exists()]
    assert len(files) > 60
    for start in range(0, len(files), 20):
        for name, told in examine(*files[start:start + 20]).items():
            assert told["failures"] == [], name
            assert told["format"] == ("Factur-X" if name.endswith(".pdf") else
                                      "CII" if ".cii." in name else "UBL")


def test_a_quote_is_no_invoice(corpus):
    assert rules(examine(corpus / "quote.pdf")["quote.pdf"]) == {"PDF"}


def test_good_samples_are_good():
    for name, told in examine(*samples("valid")).items():
        assert told["failures"] == [], name


def test_each_bad_sample_breaks_the_rule_that_its_name_says():
    files = samples("invalid")
    assert len(files) > 15
    for name, told in examine(*files).items():
        if name.startswith("XSD-"):
            assert rules(told) == {"XSD"}
            continue
        rule = next(part for part in sorted(rules(told), key=len, reverse=True)
                    if name.startswith(part + "-"))
        assert rules(told) == {rule} | ALSO.get(rule, set()), name


@pytest.mark.parametrize("name", ["full.cii.xml", "full.ubl.xml"])
def test_the_invoice_with_every_element_is_good_to_others_too(name, tmp_path):
    """What we read whole is what schemas and rules of others know as well."""
    einvoices.need("xmllint", "java")
    assert examine(READ / name)[name]["failures"] == []
    einvoices.check_schema([READ / name])
    if ".cii." in name:
        einvoices.check_rules(einvoices.CII, [READ / name], tmp_path)


def test_a_cent_more_of_vat_is_found_where_others_look_away(tmp_path):
    path = tmp_path / "cent.xml"
    text = (READ / "full.cii.xml").read_text(encoding="utf-8")
    for right, wrong in ((">18.20<", ">18.21<"), (">109.20<", ">109.21<"), (">100.00</ram:Due", ">100.01</ram:Due")):
        text = text.replace(right, wrong)
    path.write_text(text, encoding="utf-8")
    assert rules(examine(path)["cent.xml"]) == {"BR-CO-17", "BR-S-09"}


def test_a_factur_x_of_twenty_mebibytes_and_one_byte_more(corpus, tmp_path):
    einvoices.need_tools("qpdf")
    (tmp_path / "noise").write_bytes(bytes(zlib.crc32(b"%d" % i) & 255 for i in range(65536)) * 304)
    path = tmp_path / "large.pdf"
    subprocess.run(["qpdf", "--compress-streams=n", "--add-attachment", str(tmp_path / "noise"), "--",
                    str(corpus / "plain.pdf"), str(path)], check=True)
    room = (20 << 20) - path.stat().st_size
    assert room > 0
    with path.open("ab") as file:
        file.write(b"\n" * room)
    assert examine(path)["large.pdf"]["failures"] == []
    with path.open("ab") as file:
        file.write(b"\n")
    assert examine(path)["large.pdf"]["result"] != "ok"


def pdf(objects, trailer=b"/Root 1 0 R"):
    """A file of these objects, with a table that says where they are."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, trailer, len(out))


def carrying(stream):
    return pdf([b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(x) 3 0 R] >> >> >>",
                b"<< /Type /Pages /Kids [] /Count 0 >>",
                b"<< /Type /Filespec /F (factur-x.xml) /EF << /F 4 0 R >> >>", stream])


def bomb():
    packed = zlib.compress(bytes(400 << 20), 9)
    return carrying(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed))


def table_without_end():
    packed = zlib.compress(bytes(400 << 20), 9)
    return (b"%%PDF-1.7\n1 0 obj<</Type/XRef/Size 2000000000/Index[0 2000000000]/W[1 4 1]/Root 2 0 R"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\nstartxref\n9\n%%%%EOF"
            % (len(packed), packed))


HOSTILE = {
    "bomb": bomb,
    "table-without-end": table_without_end,
    "deep": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 500000 + b"\nendobj\ntrailer << /Root 1 0 R >>",
    "many": lambda: (b"%PDF-1.7\n" + b"".join(b"%d 0 obj<</A[0 0 0]>>endobj\n" % i for i in range(40000))
                     + b"trailer<</Root 1 0 R>>"),
    "begun": lambda: b"%PDF-1.7\n",
    "circle": lambda: pdf([b"<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>",
                           b"<< /Kids [2 0 R 2 0 R 2 0 R] >>"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_costs_little_and_is_refused(name, tmp_path):
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(HOSTILE[name]())
    running = subprocess.Popen([str(server.binary()), "examine", str(path)], stdout=subprocess.PIPE, text=True)
    told = running.stdout.read()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 1 and re.search("^  PDF ", told, re.M)
    assert usage.ru_utime + usage.ru_stime < HOSTILE_S
    if "asan" not in str(server.binary()):
        assert usage.ru_maxrss < CHILD_KB


def test_the_xml_in_a_pdf_is_judged_like_any_other(corpus, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(carrying(b"<< /Length 9 >>\nstream\n<a>b</a>\n\nendstream"))
    assert rules(examine(path)["x.pdf"]) == {"FORMAT"}
    xml = (corpus / "plain.ubl.xml").read_bytes()
    path.write_bytes(carrying(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(xml), xml)))
    assert rules(examine(path)["x.pdf"]) == {"FORMAT"}
    xml = (corpus / "plain.cii.xml").read_bytes()
    path.write_bytes(carrying(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(xml), xml)))
    assert examine(path)["x.pdf"]["failures"] == []


def test_two_invoices_in_one_pdf_are_none(corpus, tmp_path):
    einvoices.need_tools("qpdf")
    shutil.copy(corpus / "plain.cii.xml", tmp_path / "factur-x.xml")
    path = tmp_path / "two.pdf"
    subprocess.run(["qpdf", "--add-attachment", str(tmp_path / "factur-x.xml"), "--key=other", "--",
                    str(corpus / "plain.pdf"), str(path)], check=True)
    assert rules(examine(path)["two.pdf"]) == {"PDF"}


def test_bad_usage_and_missing_files():
    server.command("examine", expect=2)
    server.command("examine", READ / "full.cii.xml", "--pretty", expect=2)
    assert examine("/nonexistent")["nonexistent"]["result"] == "not_found"
