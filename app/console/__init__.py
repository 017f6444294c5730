"""The installation itself: shell of the app, health, journal, setup, backup."""
