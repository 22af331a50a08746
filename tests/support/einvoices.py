"""Invoices under the eyes of others: schemas, rule sets, and readers of PDF files and of codes.

The schemas and rules lie beside the project, not in it: the tests that need them are skipped, saying
so, where they are absent.
"""

import functools
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support import server

SAXON = os.environ.get("SAXON_JAR", "/usr/share/java/Saxon-HE.jar")
ATTACHED = "factur-x.xml"
CII = "cii"
UBL = "ubl"
RULES = {
    CII: ("facturx-1.09/EN16931/FACTUR-X_EN16931.xslt", "en16931/EN16931-CII-validation.xslt",
          "fr-ctc-1.4.0/BR-FR-Flux2-Schematron-CII.xslt"),
    UBL: ("en16931/EN16931-UBL-validation.xslt", "fr-ctc-1.4.0/BR-FR-Flux2-Schematron-UBL.xslt"),
}
SCHEMAS = {
    "CrossIndustryInvoice": "facturx-1.09/EN16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
CHECK_S = 300
# A check is over before the machine that runs it has paid off its second compiler and its other threads.
QUICK_JAVA = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def directory():
    shared = os.environ.get("GUICHET_SHARED", str(server.ROOT / ".." / "shared"))
    return pathlib.Path(shared) / "data" / "einvoicing"


def need(*tools):
    """Skips the test where the rules or one of the programs are absent."""
    if not directory().is_dir():
        pytest.skip(f"the schemas and rules of e-invoicing are not at {directory()}")
    need_tools(*tools)
    if "java" in tools and not os.path.exists(SAXON):
        pytest.skip(f"there is no {SAXON} (libsaxonhe-java)")


def need_tools(*tools):
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")


def call(*words, expect=0, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False,
                          timeout=CHECK_S, env=os.environ | QUICK_JAVA, **options)
    assert done.returncode == expect, f"{words}: {(done.stdout + done.stderr).decode()[-2000:]}"
    return done.stdout


# --- XML ----------------------------------------------------------------------------------------


def root_name(path):
    """The name of the document's element, without its prefix."""
    return re.search(rb"<(?:\w+:)?(\w+)[ >]", path.read_bytes().split(b"?>", 1)[-1])[1].decode()


def check_schema(files):
    """Each file against the schema of its document."""
    for name in sorted({root_name(path) for path in files}):
        call("xmllint", "--noout", "--nonet", "--schema", directory() / "xsd" / SCHEMAS[name],
             *[path for path in files if root_name(path) == name])


def _sheet(name, place):
    """The compiled rules. Two patterns of the UBL ones, about invoices of several sellers, begin
    with alternatives in brackets, which XSLT 2.0 does not allow: they are said another way."""
    path = directory() / "schematron" / name
    if "BR-FR-Flux2-Schematron-UBL" not in name:
        return path

    def said(pattern):
        pattern = pattern[0].replace("(ubl:Invoice | cn:CreditNote)[",
                                     "*[self::ubl:Invoice or self::cn:CreditNote][")
        return pattern.replace("/(cac:InvoiceLine | cac:CreditNoteLine)/",
                               "/*[self::cac:InvoiceLine or self::cac:CreditNoteLine]/")

    text = path.read_text(encoding="utf-8")
    copy = place / path.name
    copy.write_text(re.sub(r'match="\(ubl:Invoice \| cn:CreditNote\)[^"]*"', said, text),
                    encoding="utf-8")
    return copy


def failed(report):
    """The ids of the rules that a file breaks; a report without a rule that ran is one, too."""
    text = report.read_text(encoding="utf-8")
    asserts = re.findall(r"<svrl:failed-assert([^>]*)>(.*?)</svrl:failed-assert>", text, re.S)
    broken = [re.search(r'\bid="([^"]+)"', head)[1] for head, _ in asserts
              if not re.search(r'(?:flag|role)="warning"', head)]
    return broken if "<svrl:fired-rule" in text else ["nothing was checked"]


def check_rules(syntax, files, place):
    """All rule sets of a syntax over all files, each compiled once."""
    given = place / "given"
    given.mkdir()
    for path in files:
        shutil.copy(path, given)
    wrong = []
    for number, name in enumerate(RULES[syntax]):
        reports = place / f"reports{number}"
        reports.mkdir()
        call("java", "-cp", SAXON, "net.sf.saxon.Transform", f"-s:{given}",
             f"-xsl:{_sheet(name, place)}", f"-o:{reports}")
        for path in files:
            [report] = reports.glob(path.name.removesuffix(".xml") + ".*")
            wrong += [f"{path.name}: {rule} ({name})" for rule in failed(report)]
    assert not wrong, "\n".join(wrong[:40])


# --- PDF ----------------------------------------------------------------------------------------


def check_whole(*files):
    """Everything that data/einvoicing/facturx_check.py knows."""
    call(directory() / "facturx_check.py", *files)


def check_container(files):
    """The same without the rule sets, which check_rules() runs quicker."""
    call(directory() / "facturx_check.py", "--no-schematron", *files)


def check_pdf(path):
    assert b"No syntax or stream encoding errors found" in call("qpdf", "--check", path)


def attached(path, key=ATTACHED):
    """The XML within a PDF file, or another file of it."""
    return call("qpdf", f"--show-attachment={key}", path)


@functools.lru_cache(maxsize=64)
def pages(path):
    """The text of each page."""
    return call("pdftotext", "-layout", path, "-").decode().split("\f")[:-1]


def codes(path, place):
    """What the codes of all pages say."""
    call("pdftoppm", "-r", "150", "-gray", path, place / "page")
    found = []
    for image in sorted(place.glob("page*.pgm")):
        done = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable",
                               str(image)], capture_output=True, check=False, timeout=CHECK_S)
        assert done.returncode in (0, 4), done.stderr  # 4: none on this page
        if done.stdout:
            found.append(done.stdout.decode().rstrip("\n"))
    return found
