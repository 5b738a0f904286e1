"""What several folders of tests build on; `samples.NAME` in an import."""
