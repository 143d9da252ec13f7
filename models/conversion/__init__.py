"""From other formats to ONNX, with numpy and `onnx` alone."""
