"""The lowest upgrades that close findings, as changes of the files that name packages."""
