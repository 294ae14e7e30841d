"""The badge rules engine: rules in YAML become checked, compiled rule sets; events become metrics and awards."""
