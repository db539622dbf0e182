"""A route names the services that it uses; the container, which has all of them, is known to one file of the API."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request

from backend import api
from backend.api import services
from backend.api.services import Provided

BACKEND = Path(__file__).parents[3] / "backend"
#: Who may know the container: it itself, what wires the application, and the one provider of the routes.
KNOWS_THE_CONTAINER = {"container.py", "main.py", "commands/serve.py", "commands/session.py", "api/services.py"}
ALIASES = {name for name, value in vars(services).items() if get_origin(value) is Annotated}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in BACKEND.rglob("*.py"):
        yield path.relative_to(BACKEND).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def knows_the_container(tree: ast.Module) -> bool:
    """Imports it, or takes it from the application's state."""
    return any(
        (isinstance(node, ast.ImportFrom) and node.module == "backend.container")
        or (isinstance(node, ast.Import) and any(alias.name == "backend.container" for alias in node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "container" and ast.unparse(node.value).endswith(".state"))
        for node in ast.walk(tree)
    )


def test_only_the_wiring_and_the_provider_of_services_know_the_container() -> None:
    assert {name for name, tree in modules() if knows_the_container(tree)} == KNOWS_THE_CONTAINER - {"container.py"}


def asked_for() -> list[tuple[str, ast.AsyncFunctionDef | ast.FunctionDef, ast.arg]]:
    """Every parameter of a function of the API that is a service, with its file."""
    return [
        (name, function, parameter)
        for name, tree in modules()
        if name.startswith("api/")
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef)
        for parameter in (*function.args.args, *function.args.kwonlyargs)
        if isinstance(parameter.annotation, ast.Name) and parameter.annotation.id in ALIASES
    ]


def test_a_route_asks_for_no_service_that_it_does_not_use() -> None:
    unused = [
        f"{name}: {function.name} does not use {parameter.arg}"
        for name, function, parameter in asked_for()
        if not any(isinstance(node, ast.Name) and node.id == parameter.arg for node in ast.walk(function))
    ]
    assert not unused


def test_every_service_is_asked_for_by_some_route() -> None:
    asked = {parameter.annotation.id for _, _, parameter in asked_for() if isinstance(parameter.annotation, ast.Name)}
    assert asked == ALIASES


def dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for item in dependant.dependencies:
        yield item
        yield from dependencies(item)


def resolved() -> list[Dependant]:
    """Every dependency of every route."""
    found = [importlib.import_module(f"backend.api.{module.name}") for module in pkgutil.iter_modules(api.__path__)]
    routers = [module.router for module in found if hasattr(module, "router")]
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return [item for route in routes for item in dependencies(route.dependant)]


def test_a_service_costs_a_request_one_flat_step() -> None:
    given = [item for item in resolved() if isinstance(item.call, Provided)]
    assert len({item.call for item in given}) == len(ALIASES)
    assert not [item.name for item in given if item.dependencies or item.query_params or item.header_params]


def awaited(call: object) -> bool:
    """FastAPI runs everything else in its pool of threads."""
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    return any(kind(call) or kind(getattr(call, "__call__", None)) for kind in kinds)  # noqa: B004 - what it is, not whether


def test_no_dependency_of_a_route_enters_a_thread() -> None:
    assert not [item.call for item in resolved() if not awaited(item.call)]


async def test_a_service_is_that_of_the_application_which_answers() -> None:
    app = SimpleNamespace(state=SimpleNamespace(container=SimpleNamespace(library=object())))
    provided: Provided[object] = Provided(lambda parts: parts.library)
    assert await provided(Request({"type": "http", "app": app})) is app.state.container.library
