"""What is run, in which order, under which names and with which settings. It knows no shapes and no problems."""
