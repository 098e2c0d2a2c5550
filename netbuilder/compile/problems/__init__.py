"""What can be wrong with a drawing, in sentences, with the edit that mends it. It knows no standing and no source."""
