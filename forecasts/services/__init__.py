"""What the program does, one module per intent: one intent, one transaction, plain records in and out."""
