() => {
  const LEAST = 4.5;
  const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
  const linear = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = (colour) => channels(colour).reduce((sum, each, at) => sum + linear(each) * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const ratio = (text) => {
    const ink = light(getComputedStyle(text).fill);
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
  };
  return [...document.querySelectorAll("svg text")]
    .filter((text) => ratio(text) < LEAST)
    .map((text) => `${ratio(text).toFixed(1)} to 1: ${text.textContent}`);
}
