"""The rules as data: read strictly, selected, and checked against their own examples."""
