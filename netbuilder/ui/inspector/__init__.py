"""The Inspect workspace: what the network learned, shown sample by sample and layer by layer."""
