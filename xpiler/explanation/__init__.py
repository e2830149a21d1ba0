"""What a translation did, for people: what was recognised in the source, what it became, what stayed scalar and why."""
