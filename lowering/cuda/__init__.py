"""CUDA C++: conversion from the shared form, and its text."""
