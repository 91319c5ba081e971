"""What Stripe's API looks like, read out of the installed SDK: no network, no specification file.

Every service, parameter type and resource class in the SDK is generated from Stripe's own description, so the package
holds, for exactly the API version it pins: which paths there are, what each accepts, and what each answers.
"""

import ast
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

SDK = Path(importlib.util.find_spec("stripe").origin).parent
GENERIC = ("ListObject", "SearchResultObject")


@dataclass(frozen=True)
class Route:
    """One thing that can be asked of Stripe: `params` and `answer` name types as "module:Class"."""

    verb: str
    path: str
    params: str | None
    answer: str | None
    is_list: bool

    @cached_property
    def pattern(self) -> re.Pattern:
        return re.compile(re.sub(r"\{\w+\}", "([^/]+)", self.path) + r"\Z")


class Module:
    """The source of one of the SDK's modules: its classes, and what it imports from where."""

    def __init__(self, name: str):
        path = SDK.joinpath(*name.split(".")[1:])
        tree = ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text())
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self.imports = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stripe")
            for alias in node.names
        }

    def find(self, name: str) -> "Shape | None":
        """The class of that name, wherever it is imported from."""
        if name in self.classes:
            return Shape(self, self.classes[name])
        if name not in self.imports:
            return None
        module, name = self.imports[name]
        try:
            return module_named(module).find(name)
        except FileNotFoundError:
            return None


@cache
def module_named(name: str) -> Module:
    return Module(name)


@dataclass(frozen=True)
class Shape:
    """A resource class or parameter type: its fields by the names they have on the wire."""

    module: Module
    node: ast.ClassDef
    around: tuple[ast.ClassDef, ...] = field(default=())

    @property
    def name(self) -> str:
        return ".".join(node.name for node in (*self.around, self.node))

    @property
    def fields(self) -> dict[str, ast.expr]:
        return _fields(self.node)

    def find(self, name: str) -> "Shape | None":
        """What a name in one of this class's annotations means: a class inside of it, beside it, or imported."""
        scopes = (*self.around, self.node)
        for depth in range(len(scopes), 0, -1):
            for statement in scopes[depth - 1].body:
                if isinstance(statement, ast.ClassDef) and statement.name == name:
                    return Shape(self.module, statement, scopes[:depth])
        return self.module.find(name)


@cache
def shape(reference: str) -> Shape:
    """The type that "module:Class" names."""
    module, name = reference.split(":")
    return module_named(module).find(name)


@cache
def shape_of_object(kind: str) -> str:
    """The reference of the class for objects that call themselves so ("checkout.session")."""
    from stripe._object_classes import OBJECT_CLASSES

    return ":".join(OBJECT_CLASSES[kind])


@cache
def routes() -> tuple[Route, ...]:
    """Everything the SDK can ask of API v1; literal paths before those with ids in them."""
    found = {}
    for file in sorted(SDK.rglob("*_service.py")):
        name = "stripe." + ".".join(file.relative_to(SDK).with_suffix("").parts)
        if ".v2." not in name:
            for route in _routes_of(module_named(name)):
                found[route.verb, route.path] = route
    return tuple(sorted(found.values(), key=lambda route: route.path.count("{")))


def route_for(verb: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route a request meets, and the ids in its path."""
    for route in routes():
        if route.verb == verb and (match := route.pattern.match(path)):
            return route, match.groups()
    return None


@cache
def _fields(node: ast.ClassDef) -> dict[str, ast.expr]:
    renamed, found = {}, {}
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and not statement.target.id.startswith("_"):
            annotation = parsed(statement.annotation)
            if head_of(annotation) != "ClassVar":
                found[statement.target.id] = annotation
        # Python's keywords have other names there: {"from_": "from"}.
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "_field_remappings":
            renamed = ast.literal_eval(statement.value)
    return {renamed.get(name, name): annotation for name, annotation in found.items()}


def _routes_of(module: Module) -> Iterator[Route]:
    for service in module.classes.values():
        for method in service.body:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                yield from _asked_by(method, module)


def _asked_by(method: ast.FunctionDef, module: Module) -> Iterator[Route]:
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_request" and len(node.args) >= 2:
            path = node.args[1].func.value if isinstance(node.args[1], ast.Call) else node.args[1]
            answers = _words(method.returns)
            yield Route(
                ast.literal_eval(node.args[0]).upper(),
                ast.literal_eval(path),
                _reference(module, [word for word in _words(_params(method)) if word.endswith("Params")]),
                _reference(module, [word for word in answers if word not in GENERIC]),
                is_list=any(word in GENERIC for word in answers),
            )


def _params(method: ast.FunctionDef) -> ast.expr | None:
    arguments = (*method.args.args, *method.args.kwonlyargs)
    return next((argument.annotation for argument in arguments if argument.arg == "params"), None)


def _words(annotation: ast.expr | None) -> list[str]:
    return re.findall(r"\w+", ast.unparse(annotation)) if annotation is not None else []


def _reference(module: Module, names: list[str]) -> str | None:
    return next((":".join(module.imports[name]) for name in names if name in module.imports), None)


def parsed(annotation: ast.expr) -> ast.expr:
    """An annotation, unwrapped when it is written in quotes."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return parsed(ast.parse(annotation.value, mode="eval").body)
    return annotation


def head_of(annotation: ast.expr) -> str:
    """`Optional` of `Optional[int]`, `int` of `int`, nothing of the rest."""
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return getattr(node, "id", getattr(node, "attr", ""))


def inside(annotation: ast.Subscript) -> list[ast.expr]:
    """What stands between the brackets."""
    within = annotation.slice
    return within.elts if isinstance(within, ast.Tuple) else [within]


def literals(annotation: ast.Subscript) -> list:
    """The values of a `Literal[…]`."""
    return [ast.literal_eval(one) for one in inside(annotation)]
