"""A document on paper.  The font is embedded and cut down to the letters used, Chinese ones included."""

import tempfile
from importlib import resources
from pathlib import Path

from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from billing.money import spoken

# Noto Sans SC (SIL Open Font License 1.1), which also knows the traditional characters.
FONT = resources.files("justmytype_intl_cjk") / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
REGULAR = 400
MARGIN, ROW = 20, 7
NEXT_LINE = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}


def draw(document) -> bytes:
    """An A4 page in the language the company had when the document was issued."""
    with force_locale(document.language), tempfile.TemporaryDirectory() as folder:
        page = Paper(document)
        page.set_creation_date(document.issued_at)
        page.set_title(document.name)
        page.add_font("text", "", _font_for(page.letters, Path(folder)))
        page.lay_out()
        return bytes(page.output())


class Paper(FPDF):
    """Who sold, who bought, what, and what it came to."""

    def __init__(self, document):
        super().__init__(format="A4")
        self._document = document
        self.set_margins(MARGIN, MARGIN)

    @property
    def letters(self) -> str:
        """Every letter on the page, for the font."""
        written = [text for row in self._rows() for text in row]
        return "".join([*written, *self._head(), *self._people(), self._total(), self._reference()])

    def lay_out(self) -> None:
        self.add_page()
        self._write(self._head(), size=18)
        self.ln(ROW)
        self._write(self._people(), size=10)
        self.ln(ROW)
        self._table()
        self.set_font("text", size=13)
        self.cell(0, ROW * 2, self._total(), align="R", **NEXT_LINE)
        self._write([self._reference()], size=9)

    def _head(self) -> list[str]:
        document = self._document
        titles = {"invoice": _("Invoice"), "receipt": _("Receipt"), "credit_note": _("Credit note")}
        return [f"{titles[document.kind]} {document.name}"]

    def _people(self) -> list[str]:
        lines = [format_date(self._document.issued_at, locale=self._document.language), ""]
        for who, one in ((_("Seller"), self._document.seller), (_("Buyer"), self._document.buyer)):
            tax_id = [_("Tax number: %(number)s", number=one["tax_id"])] if one["tax_id"] else []
            lines += [f"{who}: {one['name']}", *one["address"].splitlines(), *tax_id, ""]
        return lines

    def _rows(self) -> list[list[str]]:
        currency = self._document.currency
        heads = [_("Item"), _("Quantity"), _("Price"), _("Amount")]
        return [
            heads,
            *(
                [line["title"], str(line["quantity"]), spoken(line["unit_amount"], currency), spoken(line["amount"], currency)]
                for line in self._document.lines
            ),
        ]

    def _total(self) -> str:
        document = self._document
        tax = spoken(document.tax.get("amount", 0), document.currency)
        total = _("Total: %(amount)s", amount=spoken(document.total, document.currency))
        return f"{total} ({_('tax included: %(amount)s', amount=tax)})" if document.tax else total

    def _reference(self) -> str:
        document = self._document
        order = _("Order %(number)s", number=document.order.order_no)
        return f"{order} · {_('corrects %(name)s', name=document.corrects.name)}" if document.corrects else order

    def _write(self, lines: list[str], size: int) -> None:
        self.set_font("text", size=size)
        for line in lines:
            self.multi_cell(0, size * 0.55, line, **NEXT_LINE)

    def _table(self) -> None:
        if not self._document.lines:
            return
        self.set_font("text", size=10)
        with self.table(
            col_widths=(9, 2, 3, 3), text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"), first_row_as_headings=False
        ) as table:
            for row in self._rows():
                table.row(row)


def _font_for(letters: str, folder: Path) -> Path:
    # Cutting first makes the rest a matter of milliseconds: the whole font is 30,000 letters in nine weights.
    with resources.as_file(FONT) as path:
        font = TTFont(path, lazy=True)
        options = subset.Options()
        options.layout_features, options.notdef_outline = [], True
        cutter = subset.Subsetter(options)
        cutter.populate(text=letters + " .…-")
        cutter.subset(font)
        cut = folder / "text.ttf"
        instantiateVariableFont(font, {"wght": REGULAR}).save(cut)
    return cut
