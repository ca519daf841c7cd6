"""The refusals, one module per matter; ``RULE_SETS`` numbers them."""
