"""Flows: what one intent asks, of whom, in the order in which it reads. Each is a coroutine started by the app."""
