"""Who may come in, how often, from where and how slowly."""
