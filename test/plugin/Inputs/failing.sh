#!/bin/sh
# Stands for a program that fails in its own way.
echo "out of luck" >&2
exit 3
