"""What makes the pages and pictures of the documentation that are derived."""
