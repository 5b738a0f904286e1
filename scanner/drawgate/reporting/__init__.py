"""What people read: the terminal, summaries and machine formats, all from one view."""
