"""What comes out of a layer, and how it varies: torch is asked on the meta device. It knows no problem, no source."""
