"""Measures how often people and models do what each rule finds, on a folder of labelled texts."""
