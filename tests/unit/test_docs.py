"""What the documents name exists."""

import ast
import re
from pathlib import Path


def names() -> set[str]:
    """Every module, class and function of ours, methods also as Class.method."""
    found = set()
    for package in ("anchor", "streams", "persona"):
        for file in Path(package).rglob("*.py"):
            found |= {file.stem, package, f"{file.parent.name}.{file.stem}"}
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    found |= {node.name, f"{file.stem}.{node.name}"}
                if isinstance(node, ast.ClassDef):
                    for inner in node.body:
                        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                            found.add(f"{node.name}.{inner.name}")
                        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                            found.add(f"{node.name}.{inner.target.id}")
                    for inner in ast.walk(node):
                        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                            found.add(f"{node.name}.{inner.attr}")
    return found


def test_the_tour_names_only_what_there_is() -> None:
    known = names()
    text = Path("docs/tour.md").read_text(encoding="utf-8")
    told = [t for t in re.findall(r"`([A-Za-z_][A-Za-z_.]*)`", text) if "." in t or t[0].isupper()]
    assert len(told) > 40
    missing = [t for t in told if t not in known and ".".join(t.split(".")[-2:]) not in known]
    assert missing == []


def test_links_between_documents_lead_somewhere() -> None:
    for file in (Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file}: {target}"


def test_the_persona_document_names_every_key() -> None:
    from persona.model import Persona

    text = Path("docs/persona.md").read_text(encoding="utf-8")
    for key in Persona.model_fields:
        assert f"| `{key}` |" in text
