"""Other people's forecasts into records: tables, Fatebook, Metaculus, PredictionBook and Manifold."""
