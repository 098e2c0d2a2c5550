"""From a PyTorch model to a drawing: what its forward does is recorded, read as layers, and drawn as blocks."""
