"""SMS: alerts and codes, paid with prepaid credits, sent through a gateway, each charged exactly once."""
