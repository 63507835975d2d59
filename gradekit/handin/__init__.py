"""What students use: checking, building the PDF, packing, and taking hand-ins in."""
