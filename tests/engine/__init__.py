"""What the tests of the realtime engine stand on: companies with nothing but conversations, live processes, browsers."""
