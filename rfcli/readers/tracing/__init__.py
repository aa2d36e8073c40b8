"""Traced programs as layers: one machine for ONNX, torch and Keras."""
