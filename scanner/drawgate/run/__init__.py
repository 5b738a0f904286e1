"""Processes: starting, fencing in, watching and ending them."""
