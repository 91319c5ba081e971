"""Whether a request or an answer is one that Stripe's own types allow."""

import ast
import re

from saas.stripe_double.contract import GENERIC, Route, Shape, head_of, inside, literals, parsed, shape, shape_of_object

# What the SDK sends as headers, not as parameters, though its types list both.
REQUEST_OPTIONS = {
    "api_key", "content_type", "headers", "idempotency_key", "max_network_retries", "stripe_account", "stripe_context",
    "stripe_version",
}  # fmt: skip
NUMBERS = {"int": r"-?\d+", "float": r"-?\d+(\.\d+)?"}


def faults_of_request(route: Route, data: dict) -> list[tuple[str, str]]:
    """(parameter, what is wrong with it) for each fault."""
    if route.params is None:
        return [(name, "unknown") for name in data]
    return Check(of_form=True).run(data, shape(route.params))


def faults_of_answer(route: Route, data: dict) -> list[tuple[str, str]]:
    """(field, what is wrong with it) for each fault."""
    if route.answer is None or data.get("deleted") is True:
        return []
    check = Check(of_form=False)
    if not route.is_list:
        return check.run(data, shape(route.answer))
    if data.get("object") not in ("list", "search_result"):
        return [("object", "is no list")]
    for index, each in enumerate(data["data"]):
        check.fits(each, shape(route.answer), f"data[{index}]")
    return check.faults


def faults_of_object(data: dict) -> list[tuple[str, str]]:
    """The same for an object by itself, as events carry it."""
    return Check(of_form=False).run(data, shape(shape_of_object(data["object"])))


class Check:
    """One look through a value.  Forms carry text for numbers and truths; answers must have every field that is not optional."""

    def __init__(self, of_form: bool):
        self.of_form = of_form
        self.faults: list[tuple[str, str]] = []

    def run(self, data: dict, type_: Shape) -> list[tuple[str, str]]:
        self.fits(data, type_, "")
        return self.faults

    def fits(self, data: dict, type_: Shape, path: str) -> bool:
        """Whether the fields of `data` are those of the type; notes what is not."""
        ok = True
        for name in data:
            if name not in type_.fields and not (self.of_form and name in REQUEST_OPTIONS):
                ok = self._fault(_join(path, name), "unknown")
        for name, annotation in type_.fields.items():
            if self.of_form and name in REQUEST_OPTIONS:
                continue
            if name in data:
                ok = self._value(data[name], annotation, type_, _join(path, name)) and ok
            elif head_of(annotation) != ("NotRequired" if self.of_form else "Optional"):
                ok = self._fault(_join(path, name), "missing")
        return ok

    def _fault(self, path: str, what: str) -> bool:
        self.faults.append((path, what))
        return False

    def _value(self, value, annotation: ast.expr, type_: Shape, path: str) -> bool:
        annotation = parsed(annotation)
        if isinstance(annotation, ast.Constant):
            return value is None or self._fault(path, "should be null")
        if isinstance(annotation, ast.BinOp):
            return self._any_of(value, _alternatives(annotation), type_, path)
        if isinstance(annotation, ast.Subscript):
            return self._generic(value, annotation, type_, path)
        return self._plain(value, head_of(annotation), type_, path)

    def _generic(self, value, annotation: ast.Subscript, type_: Shape, path: str) -> bool:
        head, within = head_of(annotation), inside(annotation)
        if head in ("NotRequired", "Required"):
            return self._value(value, within[0], type_, path)
        if head == "Optional":
            return value is None or self._value(value, within[0], type_, path)
        if head == "ExpandableField":
            return isinstance(value, str) or self._value(value, within[0], type_, path)
        if head == "Union":
            return self._any_of(value, _alternatives(annotation), type_, path)
        if head == "Literal":
            return self._one_of(value, literals(annotation), path)
        if head == "List":
            return self._list(value, within[0], type_, path)
        if head in GENERIC:
            return self._page(value, within[0], type_, path)
        return isinstance(value, dict) or self._fault(path, "should be a map")

    def _plain(self, value, name: str, type_: Shape, path: str) -> bool:
        if name in ("Any", "object", "StripeObject", "UntypedStripeObject"):
            return True
        if name in ("str", "Decimal"):
            return isinstance(value, str) or self._fault(path, f"should be text, is {value!r:.40}")
        if name in NUMBERS:
            return self._number(value, name) or self._fault(path, f"should be {name}, is {value!r:.40}")
        if name == "bool":
            ok = isinstance(value, bool) or (self.of_form and value in ("true", "false"))
            return ok or self._fault(path, f"should be true or false, is {value!r:.40}")
        inner = type_.find(name)
        if inner is None:
            return True
        return self.fits(value, inner, path) if isinstance(value, dict) else self._fault(path, f"should be {name}")

    def _number(self, value, name: str) -> bool:
        if self.of_form and isinstance(value, str):
            return bool(re.fullmatch(NUMBERS[name], value))
        return isinstance(value, int if name == "int" else (int, float)) and not isinstance(value, bool)

    def _one_of(self, value, values: list, path: str) -> bool:
        written = [str(one).lower() if isinstance(one, bool) else one for one in values]
        return value in (written if self.of_form else values) or self._fault(path, f"{value!r} is none of {values[:8]}")

    def _list(self, value, inner: ast.expr, type_: Shape, path: str) -> bool:
        if not isinstance(value, list):
            return self._fault(path, "should be a list")
        fitting = [self._value(each, inner, type_, f"{path}[{index}]") for index, each in enumerate(value)]
        return all(fitting)

    def _page(self, value, inner: ast.expr, type_: Shape, path: str) -> bool:
        if not isinstance(value, dict) or value.get("object") not in ("list", "search_result") or "has_more" not in value:
            return self._fault(path, "should be a list object")
        return self._list(value["data"], inner, type_, path)

    def _any_of(self, value, alternatives: list[ast.expr], type_: Shape, path: str) -> bool:
        listed = [value for one in alternatives if head_of(one) == "Literal" for value in literals(one)]
        others = [one for one in alternatives if head_of(one) != "Literal"]
        if listed not in ([], [""]) and isinstance(value, str) and [head_of(one) for one in others] == ["str"]:
            # The SDK leaves its lists of words open for later versions.  Ours is this one.
            return self._one_of(value, listed, path)
        if any(self._quietly(value, one, type_) for one in alternatives):
            return True
        if len(others) == 1:
            return self._value(value, others[0], type_, path)
        return self._fault(path, f"{value!r:.40} fits nothing allowed there")

    def _quietly(self, value, annotation: ast.expr, type_: Shape) -> bool:
        return Check(self.of_form)._value(value, annotation, type_, "")


def _alternatives(annotation: ast.expr) -> list[ast.expr]:
    annotation = parsed(annotation)
    if isinstance(annotation, ast.BinOp):
        return _alternatives(annotation.left) + _alternatives(annotation.right)
    if head_of(annotation) == "Union" and isinstance(annotation, ast.Subscript):
        return [one for each in inside(annotation) for one in _alternatives(each)]
    return [annotation]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
