"""One file per rule kind; `engine` runs a catalogue over a text."""
