"""The builder of protocols: a tree, fields that check as one types, and what the plan would do."""
