"""Tests of the prediction path."""
