"""What the columns of a foreign address file mean, guessed from their headings."""

import re
import unicodedata

#: Field of a prospect -> headings that mean it, in English, zh_CN and zh_TW.
#: Written as :func:`fold` leaves them.
HEADINGS = {
    "company_name": (
        *(
            "company",
            "companyname",
            "customer",
            "customername",
            "account",
            "organization",
        ),
        *("organisation", "firm", "公司", "公司名称", "公司名稱", "客户", "客户名称"),
        *(
            "客戶",
            "客戶名稱",
            "单位",
            "单位名称",
            "單位",
            "單位名稱",
            "企业名称",
            "企業名稱",
        ),
    ),
    "contact_name": (
        *("name", "contact", "contactname", "contactperson", "fullname", "person"),
        *("姓名", "联系人", "联系人姓名", "聯絡人", "聯絡人姓名", "名字"),
    ),
    "function": (
        *("title", "jobtitle", "jobposition", "position", "function", "role"),
        *("职位", "职务", "職位", "職務", "職稱", "岗位"),
    ),
    "email": (
        *("email", "emailaddress", "mail", "邮箱", "电子邮箱", "电子邮件", "邮件"),
        *("電子郵件", "信箱", "電郵"),
    ),
    "phone": (
        *("phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell"),
        *(
            "电话",
            "联系电话",
            "手机",
            "手机号",
            "手机号码",
            "固定电话",
            "电话号码",
            "座机",
        ),
        *("電話", "聯絡電話", "行動電話", "手機", "電話號碼", "联系方式", "聯絡方式"),
    ),
    "website": (
        "website",
        "web",
        "url",
        "homepage",
        "网址",
        "网站",
        "官网",
        "網址",
        "網站",
    ),
    "vat": (
        *("vat", "taxid", "taxnumber", "税号", "纳税人识别号", "统一社会信用代码"),
        *("信用代码", "統一編號", "統編", "稅號"),
    ),
    "street": ("street", "address", "地址", "联系地址", "详细地址", "聯絡地址", "街道"),
    "city": ("city", "town", "城市", "市", "所在城市", "縣市"),
    "zip": ("zip", "zipcode", "postcode", "postalcode", "邮编", "邮政编码", "郵遞區號"),
    "country": ("country", "countryregion", "国家", "國家", "国家地区"),
    "industry": ("industry", "sector", "行业", "行業", "產業", "所属行业"),
    "grade": ("grade", "level", "rating", "等级", "级别", "等級", "級別", "客户等级"),
    "note": (
        *("note", "notes", "comment", "comments", "remark", "remarks", "description"),
        *("备注", "說明", "说明", "備註", "描述"),
    ),
}
#: Fields that several columns may fill; their texts are joined.
REPEATED = {"phone": " / ", "street": " ", "note": "\n"}
_FIELD = {heading: field for field, texts in HEADINGS.items() for heading in texts}
_NOISE = re.compile(r"[\W_]+|\d+$")


def fold(heading: str) -> str:
    """A heading without case, width, blanks, punctuation and trailing number."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading).casefold())


def guess_fields(headings: list[str]) -> list[str | None]:
    """The field of each column, None for what is not understood.

    A field that cannot be repeated goes to the first column that claims it.

    >>> guess_fields(["Company", "Tel. 1", "手机", "Shoe size"])
    ['company_name', 'phone', 'phone', None]
    """
    taken: set[str] = set()
    found: list[str | None] = []
    for heading in headings:
        field = _FIELD.get(fold(heading))
        if field in taken and field not in REPEATED:
            field = None
        found.append(field)
        if field:
            taken.add(field)
    return found


def row_values(cells: list[str], fields: list[str | None]) -> dict[str, str]:
    """The texts of one row by field; empty cells and unknown columns are left out."""
    values: dict[str, str] = {}
    for cell, field in zip(cells, fields, strict=False):
        if not cell or not field:
            continue
        if field in values:
            cell = values[field] + REPEATED.get(field, " ") + cell
        values[field] = cell
    return values
