// A wall in a frame: it takes its colours from its own address, tells the page around how high it is, and is given a token by it.

const root = document.documentElement;
const wishes = new URLSearchParams(location.search);
const COLOURS = ['accent', 'paper', 'card', 'ink', 'soft', 'line'];

if (['light', 'dark'].includes(wishes.get('theme'))) root.dataset.theme = wishes.get('theme');
for (const name of COLOURS) {
  const colour = wishes.get(name);
  if (/^[0-9a-f]{6}$/i.test(colour ?? '')) root.style.setProperty(`--badges-${name}`, `#${colour}`);
}

function tell(type, more = {}) {
  if (parent !== window) parent.postMessage({ type, ...more }, '*');
}

addEventListener('message', ({ source, data }) => {
  if (source !== parent || data?.type !== 'badge-wall:token' || typeof data.token !== 'string') return;
  const wall = document.querySelector('badge-wall');
  if (!wall) return;
  wall.removeAttribute('waiting');
  document.getElementById('waiting')?.remove();
  wall.token = data.token;
});

new ResizeObserver(() => tell('badge-wall:size', { height: root.scrollHeight })).observe(document.body);
tell('badge-wall:ready');
