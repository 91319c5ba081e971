"""Live connections: one door per kind of caller, rooms, pushes between processes, and the server that carries them."""
