"""A solution as text: its regions cut, and wrong or other versions of it made."""
