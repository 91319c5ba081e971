"""Who visits a site: recognised, on which visit, from where, here now or not."""
