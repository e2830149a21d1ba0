"""C++ with AVX-512 and OpenMP: conversion from the shared form, and its text."""
