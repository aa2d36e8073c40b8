"""TensorFlow Lite's files: flatbuffers, read with the standard library, weights unread."""
