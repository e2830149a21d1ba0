"""What is to know of @name@: its header and its compiler."""
