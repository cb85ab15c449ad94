"""What happened while something was broken: recorded first, judged later."""
