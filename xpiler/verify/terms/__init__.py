"""Terms: what a program computes, as a function of the initial contents of its buffers, and their normal form."""
