"""What a network learns from: sources declared like layers, read into tensors with a split. It knows nothing of Qt."""
