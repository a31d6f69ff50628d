"""Check the labs: their twins, their code's origin, and what is stored of them."""

import ast
import json
import posixpath
import re

from labs import labs

FROM = re.compile(r"^# from (snippets/\S+\.py)$", re.M)
MOST = 300_000  # bytes: a notebook's pictures


def check_labs(root):
    """Return every fault that no other page can have."""
    english, chinese = labs(root, "en"), labs(root, "zh")
    faults = []
    for name in sorted(english.keys() & chinese.keys()):
        faults += check_code(english[name], chinese[name])
    for lab in *english.values(), *chinese.values():
        faults += check_source(root, lab)
        faults += check_stored(lab)
    stored = {lab.stored for lab in (*english.values(), *chinese.values())}
    for path in sorted((root / "docs").glob("*/labs/*.ipynb")):
        if path not in stored:
            name = path.relative_to(root).as_posix()
            source = name.replace("docs/", "labs/", 1).replace("/labs/", "/", 1)
            faults.append(f"{name}: no source {source.replace('.ipynb', '.py')}")
    return faults


def check_code(english, chinese):
    kinds = [[c.cell_type for c in x.notebook.cells] for x in (english, chinese)]
    if kinds[0] != kinds[1]:
        return [f"{chinese.name}: its cells are not those of {english.name}"]
    for number, (one, other) in enumerate(
        zip(english.code, chinese.code, strict=True), start=1
    ):
        if one != other:
            return [f"{chinese.name}: code cell {number} is not that of {english.name}"]
    return []


def check_source(root, lab):
    """Its links lead to pages, and what it has from a snippet is as it stands there."""
    faults = []
    folder = posixpath.dirname(lab.stored.relative_to(root).as_posix())
    for link in lab.links:
        path = posixpath.normpath(posixpath.join(folder, link.partition("#")[0]))
        if "://" not in link and not (root / path).is_file():
            faults.append(f"{lab.name}: no page {link}")
    if "TODO" in lab.text:
        faults.append(f"{lab.name}: TODO is left")
    if lab.formulas:
        faults.append(f"{lab.name}: a notebook's formulas are not rendered")
    for source in lab.code:
        for name in FROM.findall(source):
            if not (root / name).is_file():
                faults.append(f"{lab.name}: no file {name}")
                continue
            known = set(statements((root / name).read_text("utf-8")))
            for statement in statements(source):
                if statement not in known:
                    first = statement.splitlines()[0]
                    faults.append(f"{lab.name}: not as in {name}: {first}")
    return faults


def statements(source):
    """The source of each statement at the top level."""
    source = re.sub(r"^%.*", "", source, flags=re.M)
    return [ast.get_source_segment(source, node) for node in ast.parse(source).body]


def check_stored(lab):
    """The notebook is that source, run from first to last without an error."""
    name = lab.stored.relative_to(lab.path.parents[2]).as_posix()
    again = f"make labs LAB={lab.path.stem}"
    if not lab.stored.is_file():
        return [f"{lab.name}: {name} is not made yet: {again}"]
    cells = json.loads(lab.stored.read_text("utf-8"))["cells"]
    if [(c["cell_type"], "".join(c["source"])) for c in cells] != [
        (c.cell_type, c.source) for c in lab.notebook.cells
    ]:
        return [f"{name}: not made of what {lab.name} is now: {again}"]
    faults, pictures = [], 0
    code = [c for c in cells if c["cell_type"] == "code"]
    for number, cell in enumerate(code, start=1):
        where = f"{name}: code cell {number}"
        if cell["execution_count"] != number:
            faults.append(f"{where} was not run in its turn: {again}")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                faults.append(f"{where} raises {output['ename']}: {output['evalue']}")
            elif output.get("name") == "stderr":
                faults.append(f"{where} warns: {''.join(output['text']).strip()}")
            elif svg := output.get("data", {}).get("image/svg+xml"):
                pictures += len("".join(svg).encode())
                if not "".join(cell["source"]).startswith("# "):
                    faults.append(f"{where}: no first line that says what it draws")
    if pictures > MOST:
        faults.append(f"{name}: {pictures} bytes of pictures, more than {MOST}")
    return faults
