// The wall of a user: sifting, what a badge is about without leaving, and badges that arrive while one looks on.

import { call, follow, rest } from './api.js';
import { celebrate } from './joy.js';
import { localTimes, say } from './page.js';

const root = document.getElementById('wall');

async function fetched(path) {
  const answer = await fetch(path, { headers: { Accept: 'text/html' } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

// Sifting

function sifting() {
  const bar = root.querySelector('.sift');
  if (!bar) return;
  bar.hidden = false;
  bar.addEventListener('input', sift);
  sift();
}

function sift() {
  const wanted = (document.getElementById('sift')?.value ?? '').trim().toLowerCase();
  const category = document.getElementById('category')?.value ?? '';
  for (const shelf of root.querySelectorAll('.shelf')) {
    let left = 0;
    for (const tile of shelf.querySelectorAll('.tile')) {
      const name = tile.querySelector('h3').textContent.toLowerCase();
      tile.hidden = !name.includes(wanted) || (category !== '' && tile.dataset.category !== category);
      left += tile.hidden ? 0 : 1;
    }
    shelf.hidden = left === 0;
  }
  const none = ![...root.querySelectorAll('.shelf')].some((shelf) => !shelf.hidden);
  if (none && (wanted || category)) say(root.dataset.none);
}

// What a badge is about, in a dialog; with a modified click, or without this script, it is a page of its own.

async function open(link) {
  const article = (await fetched(link.href)).querySelector('article.detail');
  const dialog = document.createElement('dialog');
  dialog.className = 'about';
  const close = document.createElement('button');
  close.className = 'quiet round close';
  close.textContent = '✕';
  close.setAttribute('aria-label', root.dataset.close);
  close.addEventListener('click', () => dialog.close());
  article.classList.remove('card');
  const heading = article.querySelector('h1');
  heading.id = 'about';
  dialog.setAttribute('aria-labelledby', 'about');
  dialog.append(close, article);
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener('close', () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  localTimes(dialog);
  dialog.showModal();
}

function isPlain(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('.tile a');
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  open(link).catch(() => { location.href = link.href; });
});

// Badges that arrive: each has its moment, in which nothing else moves.

const MOMENT = 2000;
const whole = document.getElementById('rest')?.href ?? location.href;
let renewing = null;
let again = false;

/** Show the wall as it is now; calls that come meanwhile are answered by one more look. */
async function renew() {
  if (renewing) { again = true; return renewing; }
  renewing = (async () => {
    do {
      again = false;
      const next = (await fetched(whole)).getElementById('wall');
      const kept = document.getElementById('sift')?.value ?? '';
      const open = root.querySelector('.news[open]') !== null;
      root.replaceChildren(...next.childNodes);
      if (open) root.querySelector('.news').open = true;
      localTimes(root);
      sifting();
      if (kept) { document.getElementById('sift').value = kept; sift(); }
    } while (again);
  })().finally(() => { renewing = null; });
  return renewing;
}

async function arrived(award) {
  const tile = document.getElementById(`badge-${award.badge}`);
  tile?.classList.add('arrived');
  tile?.scrollIntoView({ block: 'nearest' });
  say(`${root.dataset.new}: ${award.name}`);
  await celebrate({ title: root.dataset.new, name: award.name, medal: tile?.querySelector('.medal') });
}

let calm = 0;

async function told({ data }) {
  if (data.kind === 'award') {
    calm = performance.now() + MOMENT;
    await renew();
    for (const award of data.items) arrived(award);
  } else {
    await rest(calm - performance.now());
    await renew();
    say(`${data.title}. ${data.text}`);
    if (data.kind === 'streak') celebrate({ title: data.title, name: data.text, quiet: true });
  }
}

// News: what is seen is read.

async function markRead(news) {
  const unread = news.querySelector('.unread');
  if (!unread || !root.dataset.read) return;
  await call('POST', root.dataset.read, { until: Number(news.dataset.newest) });
  unread.remove();
}

root.addEventListener('toggle', (event) => {
  if (event.target.matches('.news') && event.target.open) markRead(event.target).catch(() => {});
}, true);
document.addEventListener('click', ({ target }) => {
  const news = root.querySelector('.news[open]');
  if (news && !news.contains(target)) news.open = false;
});
document.addEventListener('keydown', ({ key }) => {
  const news = root.querySelector('.news[open]');
  if (key !== 'Escape' || !news) return;
  news.open = false;
  news.querySelector('summary').focus();
});

sifting();
if (whole !== location.href) requestIdleCallback(() => renew().catch(() => {}));
if (root.dataset.stream) {
  const end = new AbortController();
  addEventListener('pagehide', () => end.abort());
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  follow(root.dataset.stream, (each) => told(each).catch(() => {}), { signal: end.signal }).catch(() => {});
}
