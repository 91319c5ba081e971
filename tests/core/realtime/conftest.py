from engine.fixtures import companies, live, start_live

__all__ = ["companies", "live", "start_live"]
