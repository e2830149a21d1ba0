#!/bin/sh
# Stands for a program that hangs, with a child that holds its output open.
sleep 30 &
wait
