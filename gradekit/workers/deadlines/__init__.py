"""What a worker and a check may take, of time and of memory, and what ends them."""
