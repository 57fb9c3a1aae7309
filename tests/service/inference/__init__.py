"""Tests of the express."""
