"""Does not finish importing."""

while True:
    pass
