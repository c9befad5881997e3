"""What the columns of a pasted table mean: by their headings, else by what is in them.

>>> guess_roles([["Artikel", "Menge"], ["Chai", "24"]])
Layout(roles=['code', 'quantity'], header=0)
>>> guess_roles([["1", "4711", "24", "17.40", "417.60"], ["2", "4712", "3", "9.00", "27.00"]],
...             is_known={"4711", "4712"}.__contains__).roles
[None, 'code', 'quantity', 'price', None]
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .duplicate_keys import fold
from .quote_numbers import parse_number

#: ``code`` identifies a product: our code, a barcode, the customer's code or the name.
ROLES = ("code", "name", "quantity", "unit", "price", "discount")
#: Rows in which headings are looked for: above them stand titles and addresses.
HEADER_ROWS = 12
#: Rows that are looked at to tell what a column is.
SAMPLE = 200
MOSTLY, OFTEN = 0.7, 0.3

HEADINGS = {
    "code": (
        *("code", "sku", "item", "itemno", "itemnumber", "itemcode", "partno", "part"),
        *("partnumber", "productcode", "articleno", "article", "artikel", "artikelnr"),
        *(
            "artikelnummer",
            "artnr",
            "ref",
            "reference",
            "barcode",
            "ean",
            "gtin",
            "upc",
        ),
        *("internalreference", "yourcode", "ourcode", "model", "modelno", "pn", "mpn"),
        *("reference article", "référence", "codigo", "código", "referencia"),
        *(
            "编码",
            "产品编码",
            "商品编码",
            "物料编码",
            "物料号",
            "料号",
            "货号",
            "编号",
            "产品编号",
        ),
        *(
            "商品编号",
            "型号",
            "规格型号",
            "条码",
            "条形码",
            "商品条码",
            "内部参考",
            "代码",
            "产品代码",
        ),
        *(
            "客户料号",
            "貴司料號",
            "品號",
            "料號",
            "貨號",
            "產品編號",
            "商品編號",
            "編號",
            "型號",
            "條碼",
        ),
    ),
    "name": (
        *("name", "product", "productname", "description", "itemname", "designation"),
        *(
            "desc",
            "goods",
            "bezeichnung",
            "produkt",
            "désignation",
            "produit",
            "producto",
        ),
        *(
            "itemdescription",
            "productdescription",
            "articlename",
            "materialdescription",
        ),
        *(
            "品名",
            "名称",
            "产品",
            "产品名称",
            "商品",
            "商品名称",
            "货品",
            "货品名称",
            "物料名称",
        ),
        *(
            "物料",
            "描述",
            "产品描述",
            "品名规格",
            "名稱",
            "產品",
            "產品名稱",
            "商品名稱",
            "品名規格",
        ),
    ),
    "quantity": (
        *(
            "qty",
            "quantity",
            "quantities",
            "amount ordered",
            "orderqty",
            "pcs",
            "count",
        ),
        *("order quantity", "orderedqty", "menge", "anzahl", "quantité", "qté", "qte"),
        *("cantidad", "pieces", "stück", "ordered", "numberofunits"),
        *(
            "数量",
            "订购数量",
            "订货数量",
            "采购数量",
            "需求数量",
            "件数",
            "数目",
            "數量",
            "訂購數量",
        ),
        *("採購數量", "需求數量", "件數"),
    ),
    "unit": (
        *("unit", "uom", "units", "unitofmeasure", "einheit", "me", "unité", "unidad"),
        *(
            "pack",
            "packaging",
            "单位",
            "计量单位",
            "單位",
            "計量單位",
            "包装单位",
            "包裝單位",
        ),
    ),
    "price": (
        *(
            "price",
            "unitprice",
            "netprice",
            "preis",
            "einzelpreis",
            "prix",
            "priceunit",
        ),
        *(
            "prixunitaire",
            "pu",
            "precio",
            "preciounitario",
            "cost",
            "rate",
            "listprice",
        ),
        *("unitcost", "offerprice", "targetprice", "salesprice"),
        *(
            "单价",
            "价格",
            "含税单价",
            "未税单价",
            "不含税单价",
            "报价",
            "目标价",
            "售价",
            "單價",
        ),
        *("價格", "含稅單價", "未稅單價", "報價", "售價", "目標價"),
    ),
    "discount": (
        *(
            "discount",
            "disc",
            "discountpercent",
            "rabatt",
            "remise",
            "descuento",
            "rebate",
        ),
        *("折扣", "折扣率", "优惠", "折扣率", "折讓", "優惠"),
    ),
    # Known, and of no use: these must not be taken for something else.
    None: (
        *(
            "no",
            "nr",
            "pos",
            "position",
            "line",
            "lineno",
            "index",
            "total",
            "subtotal",
        ),
        *("amount", "sum", "value", "linetotal", "betrag", "gesamt", "gesamtpreis"),
        *("montant", "importe", "date", "deliverydate", "remark", "remarks", "note"),
        *("notes", "comment", "currency", "tax", "taxes", "vat", "weight", "brand"),
        *(
            "序号",
            "行号",
            "金额",
            "总价",
            "合计",
            "小计",
            "总额",
            "备注",
            "日期",
            "交期",
            "交货日期",
        ),
        *(
            "币种",
            "税率",
            "税额",
            "品牌",
            "重量",
            "序號",
            "項次",
            "金額",
            "總價",
            "合計",
            "小計",
        ),
        *("備註", "交貨日期", "幣別", "稅率", "稅額", "品牌"),
    ),
}
_NOISE = re.compile(r"[\W_]+|\d+$")


def _fold_heading(text: str) -> str:
    """A heading without case, width, blanks, signs and what stands in brackets."""
    return _NOISE.sub("", re.sub(r"[(\[].*?[)\]]", "", fold(text)))


_ROLE = {
    _fold_heading(text): role for role, texts in HEADINGS.items() for text in texts
}
#: Words of a line that sums up the lines above it
TOTALS = {
    _fold_heading(t)
    for t in (
        *("total", "subtotal", "grandtotal", "sum", "summe", "gesamt", "totals"),
        *("合计", "总计", "小计", "共计", "合計", "總計", "小計", "共計"),
    )
}


class Layout(NamedTuple):
    """Role of each column, and the row of the headings (None without)."""

    roles: list[str | None]
    header: int | None


def _nothing(_text: str) -> bool:
    return False


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The row of headings: two known ones and no number, or one above a column."""
    for number, row in enumerate(rows[:HEADER_ROWS]):
        cells = [cell for cell in row if cell]
        if not cells or any(parse_number(cell) for cell in cells):
            continue
        known = [cell for cell in cells if _fold_heading(cell) in _ROLE]
        if len(known) >= min(2, len(cells)):
            return number
    return None


def is_total(row: Sequence[str]) -> bool:
    """Whether a row sums up others: its first word says so."""
    first = next((cell for cell in row if cell), "")
    return _fold_heading(first.split(":")[0]) in TOTALS


def guess_roles(
    rows: Sequence[Sequence[str]],
    is_known: Callable[[str], bool] = _nothing,
    is_unit: Callable[[str], bool] = _nothing,
) -> Layout:
    """What each column means.

    :param is_known: tells whether a cell is the code or name of a product
    :param is_unit: tells whether a cell is the name of a unit
    """
    header = find_header(rows)
    body = rows[header + 1 if header is not None else 0 :][:SAMPLE]
    width = max(map(len, rows), default=0)
    columns = [[row[n] if n < len(row) else "" for row in body] for n in range(width)]
    features = [_Column(cells, is_known, is_unit) for cells in columns]
    roles: list[str | None] = [None] * width
    closed: set[int] = set()
    if header is not None:
        for number, cell in enumerate(rows[header]):
            folded = _fold_heading(cell)
            if folded not in _ROLE:
                continue
            closed.add(number)
            if _ROLE[folded] not in roles:
                roles[number] = _ROLE[folded]
    _guess_rest(roles, closed, features, header is None)
    return Layout(roles, header)


class _Column:
    """What can be said of the cells of one column."""

    def __init__(self, cells, is_known, is_unit):
        filled = [cell for cell in cells if cell]
        count = len(filled) or 1
        amounts = [parse_number(cell) for cell in filled]
        self.amounts = [parse_number(cell) for cell in cells]
        numbers = [amount for amount in amounts if amount]
        self.empty = not filled
        self.numbers = len(numbers) / count
        self.whole = sum(a.value == int(a.value) for a in numbers) / count
        self.percent = sum(a.percent for a in numbers) / count
        self.money = sum(a.money for a in numbers) / count
        self.largest = max((abs(a.value) for a in numbers), default=0)
        self.known = sum(map(is_known, filled)) / count
        self.unit = sum(map(is_unit, filled)) / count
        self.length = sum(map(len, filled)) / count
        self.is_counter = len(numbers) > 1 and [a.value for a in numbers] == [
            float(n) for n in range(1, len(numbers) + 1)
        ]


def _guess_rest(roles, closed, features, headless):
    """Fill the roles that no heading gave, from the surest to the least sure."""
    free = [n for n, f in enumerate(features) if n not in closed and not f.empty]

    def give(role, candidates, rank):
        if role in roles or not candidates:
            return
        best = max(candidates, key=lambda n: (rank(features[n]), -n))
        roles[best] = role
        free.remove(best)

    give("code", [n for n in free if features[n].known >= OFTEN], lambda f: f.known)
    give("unit", [n for n in free if features[n].unit >= MOSTLY], lambda f: f.unit)
    give(
        "discount",
        [n for n in free if features[n].percent >= MOSTLY],
        lambda f: f.percent,
    )
    numeric = [n for n in free if features[n].numbers >= MOSTLY]
    texts = [n for n in free if n not in numeric]
    if "code" not in roles and "name" not in roles and not texts and len(numeric) > 1:
        # Nothing but numbers, and none is known: the first column must be the code.
        first = next((n for n in numeric if not features[n].is_counter), numeric[0])
        roles[first] = "code"
        numeric.remove(first)
    _guess_amounts(roles, _without_counter(numeric, features), features, headless)
    give("name" if "code" in roles else "code", texts, lambda f: (f.known, f.length))


def _without_counter(numeric, features):
    """Leave out a column that only counts the rows, unless it is the only number."""
    if len(numeric) > 1 and features[numeric[0]].is_counter:
        return numeric[1:]
    return numeric


def _guess_amounts(roles, numeric, features, headless):
    """Quantity, price and discount among columns of numbers. A number under a heading
    that nobody knows is no discount."""
    product = _find_product(numeric, features)
    if product:
        numeric = [n for n in numeric if n != product[2]]
    wanted = [role for role in ("quantity", "price") if role not in roles]
    if "quantity" in wanted and numeric:
        counts = [n for n in numeric if not features[n].money]
        if product and len(wanted) == 2:
            counts = [n for n in counts if n in product[:2]] or counts
        if counts:
            best = max(counts, key=lambda n: (features[n].whole >= MOSTLY, -n))
            roles[best] = "quantity"
            numeric = [n for n in numeric if n != best]
    if "price" in wanted and numeric:
        best = max(numeric, key=lambda n: (features[n].money, -n))
        roles[best] = "price"
        numeric = [n for n in numeric if n != best]
    if headless and "discount" not in roles and numeric:
        if features[numeric[0]].largest < 100:
            roles[numeric[0]] = "discount"


def _find_product(numeric, features):
    """Columns (a, b, c) with a × b = c in most rows: c is the total of the line."""
    for c in reversed(numeric):
        for a in numeric:
            for b in numeric:
                if a < b and c not in (a, b) and _multiplies(features, a, b, c):
                    return a, b, c
    return None


def _multiplies(features, a, b, c):
    rows = [
        (x.value * y.value, z.value)
        for x, y, z in zip(
            features[a].amounts, features[b].amounts, features[c].amounts, strict=True
        )
        if x and y and z
    ]
    good = sum(
        abs(left - right) <= max(0.01, abs(right) * 0.001) for left, right in rows
    )
    return len(rows) > 1 and good >= MOSTLY * len(rows)
