"""Settings of a project: `slopscan.toml`, or `[tool.slopscan]` of a `pyproject.toml`.

`keys` says which keys there are, `load` reads files, `profiles` knows the genres, `patterns`
matches paths. What holds for one file is worked out in `slopscan.workspace`.
"""
