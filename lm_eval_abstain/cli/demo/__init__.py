"""A demonstration that needs no data set hub: real questions and a small real model."""
