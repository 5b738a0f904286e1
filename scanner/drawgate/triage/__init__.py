"""Pure steps from reported findings to findings with a place, a severity and an identity."""
