"""Has nothing of what is asked for."""

print("nothing here")
