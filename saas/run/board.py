def board(public_url: str, facts: list[dict], seconds: float) -> str:
    """What a newcomer needs to see: where to go, and with which account."""
    groups = [*facts, {"what": "Mails and text messages it would have sent", "address": f"{public_url}/dev/outbox"}]
    width = max(len(name) for group in groups for name in group if name != "what")
    lines = ["", f"  Laike is running (after {seconds:.1f} s).  Ctrl-C stops it.", ""]
    for group in groups:
        lines += [f"  {group['what']}"]
        lines += [f"      {name:{width}}  {value}" for name, value in group.items() if name != "what"]
        lines += [""]
    return "\n".join(lines)
