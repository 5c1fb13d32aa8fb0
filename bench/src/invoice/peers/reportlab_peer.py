"""The same page by reportlab, hand-coded on its canvas. The fonts are read once."""

import io
import sys

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from common import runs, serve

MM = 72 / 25.4
HEIGHT = 297
LEFT = 18
WIDTH = 174
ACCENT = (17 / 255, 24 / 255, 39 / 255)
GREY = (107 / 255, 114 / 255, 128 / 255)
PALE = (243 / 255, 244 / 255, 246 / 255)
RULE = (209 / 255, 213 / 255, 219 / 255)
WHITE = (1, 1, 1)
BLACK = (0, 0, 0)
COLUMNS = (74, 12, 25, 15, 24, 24)

for name, file in (("sans", "LiberationSans-Regular.ttf"), ("bold", "LiberationSans-Bold.ttf")):
    pdfmetrics.registerFont(TTFont(name, f"{sys.argv[1]}/{file}"))


class Sheet:
    def __init__(self, data, qr):
        self.data, self.qr, self.out = data, qr, io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(210 * MM, HEIGHT * MM))
        document = data["document"]
        self.canvas.setTitle(f"{document['title']} {document['number']}")
        self.canvas.setAuthor(data["supplier"]["name"])
        self.footers = []

    def say(self, font, size, colour, x, y, text, right=False):
        """One line of text; y is the top of the line."""
        canvas = self.canvas
        canvas.setFont(font, size)
        canvas.setFillColorRGB(*colour)
        base = (HEIGHT - y) * MM - size
        if right:
            canvas.drawRightString(x * MM, base, text)
        else:
            canvas.drawString(x * MM, base, text)

    def tell(self, font, size, colour, x, y, width, step, text):
        """Text over several lines; the height that it took."""
        lines = [part for piece in text.split("\n") for part in simpleSplit(piece, font, size, width * MM)]
        for index, line in enumerate(lines):
            self.say(font, size, colour, x, y + index * step, line)
        return len(lines) * step

    def fill(self, colour, x, y, width, height):
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(x * MM, (HEIGHT - y - height) * MM, width * MM, height * MM, stroke=0, fill=1)

    def line(self, colour, thickness, x1, y1, x2, y2):
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(x1 * MM, (HEIGHT - y1) * MM, x2 * MM, (HEIGHT - y2) * MM)

    def next_page(self):
        """The number of pages is known at the end: until then a page is kept as its state."""
        self.footers.append(dict(self.canvas.__dict__))
        self.canvas._startPage()

    def finish(self):
        self.footers.append(dict(self.canvas.__dict__))
        document = self.data["document"]
        about = f"{self.data['supplier']['name']} · {document['title']} {document['number']}"
        for number, state in enumerate(self.footers, 1):
            self.canvas.__dict__.update(state)
            text = self.data["labels"]["page"]
            text = text.replace("{page}", str(number)).replace("{pages}", str(len(self.footers)))
            self.say("sans", 7, GREY, LEFT, 280, about)
            self.say("sans", 7, GREY, LEFT + WIDTH, 280, text, right=True)
            self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()

    def logo(self):
        canvas = self.canvas
        canvas.setFillColorRGB(*ACCENT)
        canvas.roundRect(LEFT * MM, (HEIGHT - 27) * MM, 12 * MM, 12 * MM, 2.6 * MM, stroke=0, fill=1)
        canvas.setLineCap(1)
        for x, top, bottom in ((16, 24, 40), (24, 18, 46), (32, 22, 42), (40, 16, 48), (48, 26, 38)):
            x = LEFT + x * 12 / 64
            self.line(WHITE, 2.1, x, 15 + top * 12 / 64, x, 15 + bottom * 12 / 64)
        canvas.setLineCap(0)

    def party(self, label, party, x, y):
        self.say("bold", 7.5, ACCENT, x, y, label.upper())
        y += 4.5
        y += self.tell("bold", 10, BLACK, x, y, 83, 4.6, party["name"])
        y += self.tell("sans", 9, BLACK, x, y + 0.6, 83, 4.2, "\n".join(party["address"])) + 1.2
        more = party["particulars"] + [text for text in (party["email"], party["issued_by"]) if text]
        return y + self.tell("sans", 7.5, GREY, x, y + 0.8, 83, 3.6, "\n".join(more)) + 0.8

    def table_head(self, y):
        self.fill(ACCENT, LEFT, y, WIDTH, 7)
        x = LEFT
        for index, name in enumerate(("description", "quantity", "unit_price", "vat", "net", "gross")):
            right = index > 0
            at = x + COLUMNS[index] - 1 if right else x + 1
            self.say("bold", 7.5, WHITE, at, y + 2, self.data["labels"][name], right)
            x += COLUMNS[index]
        return y + 7

    def lines(self, y):
        y = self.table_head(y)
        for line in self.data["lines"]:
            if y > 255:
                self.next_page()
                y = self.table_head(15)
            top = y + 1.9
            height = self.tell("bold", 8.5, BLACK, LEFT + 1, top, 72, 4, line["title"])
            height += self.tell("sans", 7.5, GREY, LEFT + 1, top + height, 72, 3.6, line["details"])
            for taken in line["allowances"]:
                text = f"{taken['reason']}  {taken['amount']['text']}"
                height += self.tell("sans", 7.5, GREY, LEFT + 1, top + height, 72, 3.6, text)
            cells = (str(line["quantity"]), line["unit_price"], line["vat"], line["net"]["text"], line["gross"]["text"])
            x = LEFT + COLUMNS[0]
            for index, text in enumerate(cells, 1):
                self.say("sans", 8.5, BLACK, x + COLUMNS[index] - 1, top, text, right=True)
                x += COLUMNS[index]
            y = top + height + 1.9
            self.line(RULE, 0.4, LEFT, y, LEFT + WIDTH, y)
        return y

    def rates(self, y):
        labels = self.data["labels"]
        self.say("bold", 7.5, GREY, LEFT + 1, y, labels["vat_summary"])
        self.say("bold", 7.5, GREY, LEFT + 72, y, labels["vat_base"], right=True)
        self.say("bold", 7.5, GREY, LEFT + 95, y, labels["vat_amount"], right=True)
        y += 6
        for rate in self.data["rates"]:
            self.say("sans", 8.5, BLACK, LEFT + 72, y, rate["net"]["text"], right=True)
            self.say("sans", 8.5, BLACK, LEFT + 95, y, rate["tax"]["text"], right=True)
            height = self.tell("sans", 8.5, BLACK, LEFT + 1, y, 46, 4, rate["label"])
            if rate["exemption"]:
                height += self.tell("sans", 7, GREY, LEFT + 1, y + height, 46, 3.4, rate["exemption"])
            y += height + 1.5
            self.line(RULE, 0.4, LEFT, y, LEFT + 96, y)
            y += 1.5
        return y

    def totals(self, y):
        labels, totals = self.data["labels"], self.data["totals"]
        is_credit = self.data["document"]["kind"] == "credit_note"
        rows = (
            (labels["net_total"], "net"),
            (labels["tax_total"], "tax"),
            (labels["gross_total"], "gross"),
            (labels["refunded"] if is_credit else labels["paid"], "paid"),
            (labels["payable"], "payable"),
        )
        for index, (label, name) in enumerate(rows):
            strong = index == 2
            font, size, ink = ("bold", 11, WHITE) if strong else ("bold" if index == 4 else "sans", 9, BLACK)
            self.fill(ACCENT if strong else PALE, LEFT + 106, y, 68, 8)
            self.say(font, size, ink, LEFT + 108, y + 2, label)
            self.say(font, size, ink, LEFT + 172, y + 2, totals[name]["text"], right=True)
            y += 8
        return y

    def payment(self, y):
        side = 20 / (len(self.qr) + 4)
        for row, modules in enumerate(self.qr):
            for column, length in runs(modules):
                self.fill(BLACK, LEFT + side * (column + 2), y + side * (row + 2), side * length, side)
        labels, payment = self.data["labels"], self.data["payment"]
        label = labels["refund"] if self.data["document"]["kind"] == "credit_note" else labels["payment"]
        self.say("bold", 7.5, ACCENT, LEFT + 23, y + 4, label.upper())
        self.say("sans", 9, BLACK, LEFT + 23, y + 8.5, payment["text"])
        self.say("sans", 7.5, GREY, LEFT + 23, y + 13, f"{labels['reference']} {payment['reference']}")
        return y + 22

    def draw(self):
        data, labels, document = self.data, self.data["labels"], self.data["document"]
        self.logo()
        self.say("bold", 22, ACCENT, LEFT + WIDTH, 14, document["title"], right=True)
        self.say("sans", 11, BLACK, LEFT + WIDTH, 23, document["number"], right=True)
        self.line(ACCENT, 1.2, LEFT, 32, LEFT + WIDTH, 32)
        facts = (
            (labels["issued_on"], document["issued_on"]["text"]),
            (labels["supplied_on"], document["supplied_on"]["text"]),
            (labels["order"], document["order_id"]),
        )
        for index, (label, text) in enumerate(facts):
            self.say("sans", 7.5, GREY, LEFT + 42 * index, 36, label)
            self.say("sans", 9, BLACK, LEFT + 42 * index, 40, text)
        left = self.party(labels["supplier"], data["supplier"], LEFT, 52)
        y = max(left, self.party(labels["buyer"], data["buyer"], LEFT + 91, 52))
        self.fill(ACCENT, LEFT + 87, 52, 0.7, y - 52)
        y = self.lines(y + 8) + 6
        if y > 210:
            self.next_page()
            y = 15
        end = self.totals(y)
        y = max(end, self.payment(self.rates(y) + 3)) + 7
        for mention in data["mentions"]:
            if y > 268:
                self.next_page()
                y = 15
            y += self.tell("sans", 7, GREY, LEFT, y, WIDTH, 3.4, mention["text"]) + 1.4
        return self.finish()


serve(lambda data, qr: Sheet(data, qr).draw())
