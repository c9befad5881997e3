"""One text message by one HTTP request to any gateway, described by settings.

A :class:`HttpGateway` says how a request looks (address, headers, a body with places to
fill in) and how its answer is understood. :func:`build` makes the request, :func:`send`
makes the call and :func:`judge` puts the answer into the words of the outbox. Nothing
here knows a database.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import phonenumbers
import requests

from .answer_rule import holds, look_up
from .fill_in import check_places, fill_in, places
from .outcome import Outcome
from .request_error import never_left

#: What can be filled in, in address, headers, body and the text to sign.
PLACES = (
    "number",
    "digits",
    "national",
    "text",
    "signature",
    "template",
    "params",
    "uuid",
    "account",
    "secret",
    "timestamp",
    "time",
    "nonce",
)
#: The signature of the request, made of a text with the places above.
SIGNS = ("sign", "SIGN", "sign64")
HASHES = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256}
MAX_ANSWER = 65536
#: The gateway says that it has not taken the message and may later.
BUSY = (429, 500, 503)
#: Somebody on the way gave up waiting: the gateway may have taken it.
LOST = (408, 502, 504)


@dataclass(frozen=True)
class HttpGateway:
    """How to talk to one gateway. ``body`` is a JSON value whose texts have places;
    rules and paths are those of :mod:`answer_rule`."""

    url: str
    method: str = "POST"
    body_format: str = "json"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    account: str = ""
    secret: str = ""
    signature: str = ""
    template: str = ""
    sign_text: str = ""
    sign_method: str = ""
    timeout: float = 10
    success: str = "status == 200"
    account_rule: str = ""
    number_rule: str = ""
    busy_rule: str = ""
    reference: str = ""
    reason: str = ""
    is_idempotent: bool = False


def check_body(body: Any) -> None:
    """Raise ``PlaceError`` when a text of a body has an unknown place."""
    if isinstance(body, str):
        check_places(body, PLACES + SIGNS)
    elif isinstance(body, dict):
        for key, value in body.items():
            check_body(key)
            check_body(value)
    elif isinstance(body, list):
        for value in body:
            check_body(value)


def uses(body: Any, place: str) -> bool:
    """Tell whether a text of the body has this place."""
    if isinstance(body, str):
        return place in places(body)
    values = body.values() if isinstance(body, dict) else body
    return isinstance(body, dict | list) and any(uses(v, place) for v in values)


def build(
    gateway: HttpGateway,
    number: str,
    text: str,
    uuid: str,
    template: str = "",
    params: dict[str, str] | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Return the arguments of ``requests.request`` for one message."""
    values = _values(gateway, number, text, uuid, template, params, now)
    request = {
        "method": gateway.method,
        "url": fill_in(gateway.url, {k: quote(v, safe="") for k, v in values.items()}),
        "headers": {
            name: fill_in(value, values).encode()
            for name, value in gateway.headers.items()
        },
    }
    body = _fill(gateway.body, values)
    if gateway.body_format == "json":
        request["headers"].setdefault(
            "Content-Type", b"application/json; charset=utf-8"
        )
        request["data"] = json.dumps(body, ensure_ascii=False).encode()
    elif gateway.body_format == "form":
        request["data"] = body
    else:
        request["params"] = body
    return request


def _values(gateway, number, text, uuid, template, params, now) -> dict[str, str]:
    now = now or datetime.now()
    try:
        national = str(phonenumbers.parse(number).national_number)
    except phonenumbers.NumberParseException:
        national = number.lstrip("+")
    values = {
        "number": number,
        "digits": number.lstrip("+"),
        "national": national,
        "text": text,
        "signature": gateway.signature,
        "template": template or gateway.template,
        "params": json.dumps(params or {}, ensure_ascii=False),
        "uuid": uuid,
        "account": gateway.account,
        "secret": gateway.secret,
        "timestamp": str(int(now.timestamp())),
        "time": now.strftime("%Y%m%d%H%M%S"),
        "nonce": secrets.token_hex(8),
    }
    return {**values, **_signs(gateway, values)}


def _signs(gateway, values) -> dict[str, str]:
    """The signature of the request in three spellings."""
    if not gateway.sign_method:
        return dict.fromkeys(SIGNS, "")
    text = fill_in(gateway.sign_text, values).encode()
    kind, _, name = gateway.sign_method.rpartition("-")
    if kind == "hmac":
        digest = hmac.new(gateway.secret.encode(), text, HASHES[name]).digest()
    else:
        digest = HASHES[name](text).digest()
    return {
        "sign": digest.hex(),
        "SIGN": digest.hex().upper(),
        "sign64": base64.b64encode(digest).decode(),
    }


def _fill(body: Any, values: dict[str, str]) -> Any:
    """Fill in the texts of a JSON value: no value can change its shape."""
    if isinstance(body, str):
        return fill_in(body, values)
    if isinstance(body, dict):
        return {_fill(key, values): _fill(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [_fill(value, values) for value in body]
    return body


def send(gateway: HttpGateway, request: dict[str, Any]) -> Outcome:
    """Make the call and return what came of it. Never waits longer than the time-out,
    also for an answer that comes in drops; follows no redirection."""
    try:
        status, text = _call(request, gateway.timeout)
    except requests.RequestException as error:
        detail = f"{type(error).__name__}: {error}"
        if never_left(error):
            return Outcome("retry", "unreachable", detail)
        return _lost(gateway, detail)
    return judge(gateway, status, text)


def _call(request: dict[str, Any], timeout: float) -> tuple[int, str]:
    end = time.monotonic() + timeout
    with requests.request(
        **request, timeout=timeout, allow_redirects=False, stream=True
    ) as response:
        content = b""
        for chunk in response.iter_content(4096):
            content += chunk
            if len(content) > MAX_ANSWER:
                break
            if time.monotonic() > end:
                raise requests.ReadTimeout("The answer was not complete in time")
    return response.status_code, content[:MAX_ANSWER].decode("utf-8", "replace")


def judge(gateway: HttpGateway, status: int, text: str) -> Outcome:
    """What an answer means. What no rule knows is a refusal, if it can be read."""
    answer, is_read = _read(status, text)
    detail = f"{status}: {_reason(gateway, answer) or text}"[:500]
    if holds(gateway.success, answer):
        return Outcome("sent", reference=_text(gateway.reference, answer))
    if _rule(gateway.account_rule, answer) or status in (401, 403):
        return Outcome("blocked", "account", detail)
    if _rule(gateway.number_rule, answer):
        return Outcome("failed", "bad_address", detail)
    if _rule(gateway.busy_rule, answer) or status in BUSY:
        return Outcome("retry", "busy", detail)
    if status in LOST or (status < 300 and not is_read):
        return _lost(gateway, detail)
    return Outcome("failed", "refused", detail)


def _lost(gateway: HttpGateway, detail: str) -> Outcome:
    """An answer that nobody has seen: repeat it only where that is known to be safe."""
    if gateway.is_idempotent:
        return Outcome("retry", "no_answer", detail)
    return Outcome("uncertain", "no_answer", detail)


def _read(status: int, text: str) -> tuple[dict[str, Any], bool]:
    try:
        found = json.loads(text)
    except ValueError:
        return {"status": status, "text": text}, False
    inner = found if isinstance(found, dict) else {"data": found}
    return {"status": status, "text": text, **inner}, True


def _rule(rule: str, answer: dict[str, Any]) -> bool:
    return bool(rule) and holds(rule, answer)


def _reason(gateway: HttpGateway, answer: dict[str, Any]) -> str:
    return _text(gateway.reason, answer)


def _text(path: str, answer: dict[str, Any]) -> str:
    value = look_up(path, answer) if path else None
    return "" if value is None else str(value)[:200]


def report_signature(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """What signs a delivery report: HMAC-SHA256 of time, nonce and body, in hex."""
    message = f"{timestamp}.{nonce}.".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
