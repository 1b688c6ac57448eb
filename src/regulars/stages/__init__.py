"""Life stages: one customer's purchase days in order, replayed; arrays in, arrays out (pure)."""
