"""What the code may never do: run what it reads, or show what people wrote as markup."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "app", "pipelines")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
BANNED_MODULES = frozenset({"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"})
BANNED_NAMES = frozenset({"eval", "exec", "compile", "__import__"})
BANNED_CALLS = frozenset({"torch.load", "st.html", "streamlit.html", "os.system", "os.popen", "pd.read_pickle"})
BANNED_METHODS = frozenset({"to_pickle", "read_pickle"})
BANNED_TRUE = frozenset({"unsafe_allow_html", "allow_pickle", "shell"})
ESCAPING = frozenset({"plain", "people"})
NUMBERS = frozenset({"len", "int", "sum", "span", "counted", "number_of"})
RENDERING = frozenset(
    {"markdown", "write", "caption", "title", "header", "subheader", "info", "warning", "error", "success", "toast"}
)
"""Methods of Streamlit that read their text as markdown."""


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for a chain of names, else the empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := dotted(node.value)):
        return f"{inner}.{node.attr}"
    return ""


def fixed(node: ast.expr, literal_names: frozenset[str]) -> bool:
    """Tell whether text is a literal, or is built of literals and escaped values only."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Name):
        return node.id in literal_names
    if isinstance(node, ast.Call):
        return dotted(node.func).split(".")[-1] in ESCAPING | NUMBERS
    if isinstance(node, ast.JoinedStr):
        return all(fixed(part, literal_names) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        # Text cannot be formatted with a thousands separator: only a number passes there.
        spec = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
        grouped = any(isinstance(part, ast.Constant) and "," in part.value for part in spec)
        return grouped or fixed(node.value, literal_names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return fixed(node.left, literal_names) and fixed(node.right, literal_names)
    return False


def looped_literals(loop: ast.For) -> frozenset[str]:
    """Return the names that a loop over a tuple written out in place binds to literals only."""
    if not isinstance(loop.iter, ast.Tuple | ast.List):
        return frozenset()
    targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
    rows = [item.elts if isinstance(loop.target, ast.Tuple) and isinstance(item, ast.Tuple) else [item]
            for item in loop.iter.elts]  # fmt: skip
    return frozenset(
        target.id
        for position, target in enumerate(targets)
        if isinstance(target, ast.Name)
        and all(position < len(row) and isinstance(row[position], ast.Constant) for row in rows)
    )


def markdown_of_the_public(node: ast.AST, literal_names: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Yield each call that renders markdown whose text is not literal or escaped."""
    for child in ast.iter_child_nodes(node):
        known = literal_names | looped_literals(child) if isinstance(child, ast.For) else literal_names
        if isinstance(child, ast.FunctionDef):
            known = frozenset()
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in RENDERING:
            texts = [*child.args[:1], *(keyword.value for keyword in child.keywords if keyword.arg == "body")]
            if not all(fixed(text, known) for text in texts):
                yield child.lineno, f"{child.func.attr}: neither literal nor escaped by plain() or people()"
        yield from markdown_of_the_public(child, known)


def banned(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of everything that is banned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            whole = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            own = [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            yield from ((node.lineno, name) for name in whole if name.split(".")[0] in BANNED_MODULES)
            yield from ((node.lineno, name) for name in own if name in BANNED_CALLS | {"streamlit.html"})
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in BANNED_NAMES | BANNED_CALLS or method in BANNED_METHODS:
                yield node.lineno, name or method
            for keyword in node.keywords:
                harmless = isinstance(keyword.value, ast.Constant) and not keyword.value.value
                if keyword.arg in BANNED_TRUE and not harmless:
                    yield node.lineno, str(keyword.arg)


def test_there_is_code_to_look_at():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_does_what_is_banned(path: Path):
    tree = ast.parse(path.read_text("utf-8"), filename=path.name)
    found = [*banned(tree), *(markdown_of_the_public(tree) if path.is_relative_to(ROOT / "app") else ())]
    assert found == [], f"{path.relative_to(ROOT)}: {found}"


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "import cloudpickle as c",
        "from torch import load",
        "torch.load(path)",
        "eval(text)",
        "exec(text)",
        "frame.to_pickle(path)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "subprocess.run(text, shell=True)",
        "st.write(text, unsafe_allow_html=True)",
        "st.html(text)",
        "from streamlit import html",
        "st.markdown(text)",
        "st.write(text)",
        "column.caption(f'by {name}')",
        "st.info(f'{count:d} of {name}')",
        "st.markdown(body=text)",
        "st.sidebar.markdown(text)",
        "st.markdown(f'**{text}**')",
        "st.markdown('**' + text)",
        "st.markdown('{}'.format(text))",
        "st.markdown(f'{plain(a)} {b}')",
        "for text in texts:\n    st.markdown(text)",
        "for a, text in (('x', words),):\n    st.markdown(text)",
        "for text in ('x',):\n    pass\nst.markdown(text)",
    ],
)
def test_the_walk_sees_what_is_banned(code: str):
    tree = ast.parse(code)
    assert [*banned(tree), *markdown_of_the_public(tree)]


@pytest.mark.parametrize(
    "code",
    [
        "st.markdown('**Steps**')",
        "st.markdown(f'**{plain(text)}** {people(1, 2)}')",
        "st.markdown('**' + words.plain(text))",
        "for title, lines in (('Successes', a), ('Road blocks', b)):\n    st.markdown(f'**{title}**')",
        "np.load(path, allow_pickle=False)",
        "re.compile(text)",
        "model.eval()",
        "st.text(text)",
        "st.write(f'{len(names)} of {count:,} people')",
        "st.title()",
    ],
)
def test_the_walk_lets_pass_what_is_safe(code: str):
    tree = ast.parse(code)
    assert [*banned(tree), *markdown_of_the_public(tree)] == []


def test_no_folder_is_named_pages():
    """Streamlit would serve every script in it, past the sign-in."""
    assert [str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("pages")] == []
