"""The same page by weasyprint, from HTML and CSS. Fonts and style sheet are read once."""

import sys
from html import escape

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from common import runs, serve

FONTS = FontConfiguration()
STYLE = CSS(
    string=f"""
@font-face {{ font-family: page-font; src: url(file://{sys.argv[1]}/LiberationSans-Regular.ttf); }}
@font-face {{ font-family: page-font; font-weight: bold; src: url(file://{sys.argv[1]}/LiberationSans-Bold.ttf); }}
@page {{ size: A4; margin: 15mm 18mm 20mm;
    @bottom-left {{ content: string(about); font: 7pt page-font; color: #6b7280; width: 134mm; }}
    @bottom-right {{ content: counter(page) " / " counter(pages); font: 7pt page-font; color: #6b7280; width: 40mm; }} }}
body {{ font: 9pt page-font; margin: 0; }}
.about {{ string-set: about content(); position: absolute; visibility: hidden; }}
.row {{ display: flex; }}
h1 {{ font-size: 22pt; color: #111827; margin: 0; text-align: right; }}
.number {{ font-size: 11pt; text-align: right; }}
.head {{ width: 87mm; }}
hr {{ border: 0; border-top: 1.2pt solid #111827; margin: 4mm 0; }}
.small {{ font-size: 7.5pt; color: #6b7280; }}
.label {{ font-size: 7.5pt; font-weight: bold; color: #111827; text-transform: uppercase; }}
.party {{ width: 83mm; }}
.party.buyer {{ border-left: 2pt solid #111827; padding-left: 4mm; }}
.name {{ font-weight: bold; font-size: 10pt; margin: 1.5mm 0; }}
table {{ border-collapse: collapse; font-size: 8.5pt; }}
.items {{ width: 174mm; margin: 8mm 0 6mm; table-layout: fixed; }}
.items th {{ background: #111827; color: #fff; font-size: 7.5pt; padding: 1.9mm 1.6mm; text-align: right; }}
.items td {{ padding: 1.9mm 1.6mm; text-align: right; vertical-align: top; border-bottom: 0.4pt solid #d1d5db; }}
.items th:first-child, .items td:first-child {{ text-align: left; width: 74mm; }}
.vat td, .vat th {{ padding: 1.5mm 1mm; text-align: right; border-bottom: 0.4pt solid #d1d5db; vertical-align: top; }}
.vat td:first-child, .vat th:first-child {{ text-align: left; width: 48mm; }}
.totals {{ margin-left: auto; }}
.totals td {{ background: #f3f4f6; padding: 1.9mm 2.5mm; }}
.totals td + td {{ text-align: right; }}
.totals .strong td {{ background: #111827; color: #fff; font-size: 11pt; font-weight: bold; }}
.sum {{ break-inside: avoid; }}
.mention {{ font-size: 7pt; color: #6b7280; margin: 0.8mm 0; }}
""",
    font_config=FONTS,
)
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="12mm" height="12mm"><rect width="64" height="64" '
    'rx="14" fill="#111827"/><path d="M18 40V24M26 46V18M34 42V22M42 48V16M50 38V26" stroke="#fff" stroke-width="4" '
    'stroke-linecap="round" fill="none" transform="translate(-2 0)"/></svg>'
)


def qr_code(rows):
    side = len(rows) + 4
    path = "".join(
        f"M{column + 2} {row + 2}h{length}v1h-{length}z"
        for row, modules in enumerate(rows)
        for column, length in runs(modules)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="20mm" height="20mm">'
        f'<path d="{path}" fill="#000"/></svg>'
    )


def party(label, who, kind):
    more = who["particulars"] + [text for text in (who["email"], who["issued_by"]) if text]
    return (
        f'<div class="party {kind}"><div class="label">{escape(label)}</div><div class="name">{escape(who["name"])}</div>'
        f'{"<br>".join(map(escape, who["address"]))}<div class="small">{"<br>".join(map(escape, more))}</div></div>'
    )


def item(line):
    taken = "".join(
        f'<br><span class="small">{escape(one["reason"])} {escape(one["amount"]["text"])}</span>'
        for one in line["allowances"]
    )
    cells = (str(line["quantity"]), line["unit_price"], line["vat"], line["net"]["text"], line["gross"]["text"])
    return (
        f'<tr><td><b>{escape(line["title"])}</b><br><span class="small">{escape(line["details"])}</span>{taken}</td>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def rate(one):
    exemption = f'<br><span class="small">{escape(one["exemption"])}</span>' if one["exemption"] else ""
    return (
        f'<tr><td>{escape(one["label"])}{exemption}</td><td>{escape(one["net"]["text"])}</td>'
        f'<td>{escape(one["tax"]["text"])}</td></tr>'
    )


def render(data, qr):
    labels, document, totals = data["labels"], data["document"], data["totals"]
    is_credit = document["kind"] == "credit_note"
    heads = "".join(
        f"<th>{escape(labels[name])}</th>" for name in ("description", "quantity", "unit_price", "vat", "net", "gross")
    )
    sums = "".join(
        f'<tr{" class=strong" if name == "gross" else ""}><td>{escape(label)}</td><td>{escape(totals[name]["text"])}</td></tr>'
        for label, name in (
            (labels["net_total"], "net"),
            (labels["tax_total"], "tax"),
            (labels["gross_total"], "gross"),
            (labels["refunded"] if is_credit else labels["paid"], "paid"),
            (labels["payable"], "payable"),
        )
    )
    html = f"""<html lang="{data["lang"]}"><head><title>{escape(document["title"])} {escape(document["number"])}</title>
<meta name="author" content="{escape(data["supplier"]["name"])}"></head><body>
<div class="about">{escape(data["supplier"]["name"])} · {escape(document["title"])} {escape(document["number"])}</div>
<div class="row"><div class="head">{LOGO}</div><div class="head"><h1>{escape(document["title"])}</h1>
<div class="number">{escape(document["number"])}</div></div></div><hr>
<div class="row"><div style="width:42mm"><span class="small">{escape(labels["issued_on"])}</span><br>
{escape(document["issued_on"]["text"])}</div><div style="width:42mm"><span class="small">{escape(labels["supplied_on"])}
</span><br>{escape(document["supplied_on"]["text"])}</div><div><span class="small">{escape(labels["order"])}</span><br>
{escape(document["order_id"])}</div></div><br>
<div class="row">{party(labels["supplier"], data["supplier"], "supplier")}{party(labels["buyer"], data["buyer"], "buyer")}
</div><table class="items"><thead><tr>{heads}</tr></thead><tbody>{"".join(map(item, data["lines"]))}</tbody></table>
<div class="row sum"><div style="width:100mm"><table class="vat"><tr><th>{escape(labels["vat_summary"])}</th>
<th>{escape(labels["vat_base"])}</th><th>{escape(labels["vat_amount"])}</th></tr>{"".join(map(rate, data["rates"]))}</table>
<div class="row">{qr_code(qr)}<div><div class="label">{escape(labels["refund"] if is_credit else labels["payment"])}</div>
{escape(data["payment"]["text"])}<div class="small">{escape(labels["reference"])} {escape(data["payment"]["reference"])}
</div></div></div></div><table class="totals">{sums}</table></div>
{"".join(f'<p class="mention">{escape(one["text"])}</p>' for one in data["mentions"])}</body></html>"""
    return HTML(string=html).write_pdf(stylesheets=[STYLE], font_config=FONTS)


serve(render)
