"""Looking inside: one small class per question, each with a plain value for an answer. Nothing here knows a screen."""
