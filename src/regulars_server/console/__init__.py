"""The shell of the console: navigation, components, the palette."""
