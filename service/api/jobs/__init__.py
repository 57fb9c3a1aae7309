"""Jobs: taken in, told of, stopped, let go on, trained again."""
