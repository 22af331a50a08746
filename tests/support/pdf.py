"""Documents as a reader sees them."""

import re
import shutil
import subprocess


def pdf_text(document):
    """What stands on the pages, or None where poppler-utils is not installed."""
    if shutil.which("pdftotext") is None:
        return None
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True,
                          check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())
