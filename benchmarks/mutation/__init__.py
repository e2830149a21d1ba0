"""Wrong kernels made of right ones: each file holds one idea of what goes wrong in kernels, as changes of the text."""
