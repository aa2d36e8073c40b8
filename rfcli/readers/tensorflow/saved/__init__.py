"""TensorFlow's own files: graphs and SavedModels in the wire format of protocol buffers, read with the standard
library, weights unread."""
