(least) => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const within = walk.currentNode.parentElement;
    const isSeen = walk.currentNode.data.trim() && within.getClientRects().length > 0;
    const scale = within.getScreenCTM?.() ? Math.hypot(within.getScreenCTM().a, within.getScreenCTM().b) : 1;
    const size = parseFloat(getComputedStyle(within).fontSize) * scale;
    if (isSeen && size < least) found.push(`${size.toFixed(1)} px: ${walk.currentNode.data.trim().slice(0, 60)}`);
  }
  return found;
}
