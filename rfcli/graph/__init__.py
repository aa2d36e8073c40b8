"""From an `Architecture` to a `Graph`: references resolved, sizes and channels known or unknown with the reason."""
