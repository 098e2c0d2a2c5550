"""Taking a trained network away as files that run without this application, proved in a fresh process."""
