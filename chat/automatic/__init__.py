"""What is said in a conversation by itself, when its moment has come."""
