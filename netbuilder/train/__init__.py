"""Learning: recipes, the loop, the run's folder, and the thread that hosts it. It knows nothing about graphs or Qt."""
