"""The server beside the library: people sign in, data comes in, work gets done."""
