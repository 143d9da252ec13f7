"""The ONNX models: a zoo with a manifest, fetch, convert, verify and decoders."""
