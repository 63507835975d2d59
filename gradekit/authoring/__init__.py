"""What staff author with: cutting regions, checking and building releases."""
