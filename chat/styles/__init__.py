"""How a site greets its visitors: its style, part by part, and what each part is made of."""
