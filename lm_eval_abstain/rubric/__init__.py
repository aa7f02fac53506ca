"""What a mistake costs: targets, penalties, wordings, outcomes and the signature."""
