// What a long page leaves out at first comes once the page is there; without this script the link leads to all of it.

import { localTimes } from './page.js';

const link = document.getElementById('rest');

async function fetchRest() {
  const answer = await fetch(link.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const whole = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-whole]');
  document.querySelector('[data-whole]').replaceWith(whole);
  localTimes(whole);
}

if (link) requestIdleCallback(() => fetchRest().catch(() => {}));
