"""Executes a notebook in its kernel, with expressions of the test behind its cells: prints their values as JSON.

FOLDER NOTEBOOK.ipynb EXPRESSION [OLD NEW ...]    OLD is replaced by NEW in its cells: ports, where others may use the notebook's own
"""
import json
import sys

import nbformat
from nbclient import NotebookClient

folder, path, expression, *words = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
nbformat.validate(notebook)
for cell in notebook.cells:
    assert cell.cell_type != "code" or (not cell.outputs and cell.execution_count is None), f"{path} was saved with outputs"
    for old, new in zip(words[::2], words[1::2]):
        cell.source = cell.source.replace(old, new)
notebook.cells.append(nbformat.v4.new_code_cell(f"import json as _json; print(_json.dumps({expression}))"))
NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
images = sum("image/png" in output.get("data", {}) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
print(json.dumps({"values": json.loads(notebook.cells[-1].outputs[0].text), "images": images}))
