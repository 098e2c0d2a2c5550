"""An ONNX file: the network for onnxruntime, browsers, phones and other frameworks."""

from __future__ import annotations

from pathlib import Path

from netbuilder.export.exporter import CALLED, Exporter, ExportError, Trained, as_json
from netbuilder.export.tracing import batch_dimension, examples, quietly

LARGEST = 1_900_000_000  # bytes of weights: a single ONNX file ends at 2 GB


class Onnx(Exporter):
    """One .onnx file for onnxruntime, browsers, phones and other frameworks, for batches of any size."""

    kind = "onnx"
    title = "ONNX"
    suffix = ".onnx"
    runner = """
import onnxruntime

session = onnxruntime.InferenceSession(str(written), providers=["CPUExecutionProvider"])
names = [known.name for known in session.get_inputs()]


def run(arrays):
    return session.run(None, dict(zip(names, arrays, strict=True)))
"""

    def write(self, trained: Trained, out: Path) -> None:
        import torch

        size = sum(tensor.nbytes for tensor in trained.model.state_dict().values())
        if size > LARGEST:
            raise ExportError("The weights are too large for one ONNX file (2 GB). Export the Python bundle instead.")
        with torch.no_grad():
            several = isinstance(trained.model(*examples(trained)), tuple)
        with quietly():
            try:
                program = torch.onnx.export(
                    trained.model,
                    examples(trained),
                    dynamo=True,
                    dynamic_shapes=batch_dimension(trained),
                    input_names=list(trained.inputs),
                    output_names=None if several else ["output"],
                    external_data=False,
                    verbose=False,
                )
            except Exception as fault:  # the converter raises many kinds, each its own way of saying "can't"
                raise ExportError(
                    f"PyTorch can't write this network as ONNX ({type(fault).__name__}). "
                    "Export the Python bundle instead."
                ) from fault
            assert program is not None
            target = trained.dataset.spec.target
            program.model.metadata_props["title"] = trained.title
            if target is not None and not target.is_open:
                meaning = (
                    ("predicts", target.names) if target.kind == "number" else (CALLED[target.kind], target.classes)
                )
                program.model.metadata_props[meaning[0]] = as_json(meaning[1])
            program.save(out)
