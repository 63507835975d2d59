"""The staff's side of handing in: archives, names of learning platforms, limits and owners."""
