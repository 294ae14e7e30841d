// What operators do: forms that call the API as they say of themselves, dialogs that ask before, figures that renew themselves.

import { Problem, call } from './api.js';
import { localTimes, say } from './page.js';

const NOTE = 'badges-done';

/** What a form's fields say: texts, yes or no, lists; what is empty is left out. */
function said(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.matches('select[multiple]')) found[field.name] = [...field.selectedOptions].map((each) => each.value);
    else if (field.type === 'checkbox' && 'list' in field.dataset) (found[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    else if (field.type === 'checkbox') found[field.name] = field.checked;
    else if ('flag' in field.dataset) found[field.name] = field.value === 'true';
    else if (field.value !== '') found[field.name] = field.value;
  }
  return found;
}

/** The path with its {names} filled in; these are no part of the body any more. */
function filled(path, fields) {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = encodeURIComponent(fields[name]);
    delete fields[name];
    return value;
  });
}

const BODIES = {
  /** The event that takes another one out of the log. */
  retraction({ user, source, id, reason }) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    const own = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const data = { source, id, ...(reason ? { reason } : {}) };
    return { specversion: '1.0', id: own, source: 'operations', type: 'event.retracted', subject: user, data };
  },
};

async function send(form) {
  const { method, path, query, body: kind } = form.dataset;
  const fields = said(form);
  let address = filled(path, fields);
  if (query && fields[query]) address += `?${query}=${encodeURIComponent(fields[query])}`;
  if (method === 'DELETE') return call(method, address);
  return call(method, address, kind ? BODIES[kind](fields) : fields);
}

async function submitted(event) {
  const form = event.target;
  if (!form.dataset.path) return;
  event.preventDefault();
  const problem = form.querySelector('.problem[role="alert"]');
  const buttons = [...form.querySelectorAll('button')];
  problem.hidden = true;
  for (const button of buttons) button.disabled = true;
  try {
    done(form, await send(form));
  } catch (error) {
    if (!(error instanceof Problem || error instanceof TypeError)) throw error;
    problem.textContent = [error.message, error.body?.help].filter(Boolean).join(' ');
    problem.hidden = false;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function done(form, answer) {
  const { secret, tells, then, done: sentence } = form.dataset;
  if (secret) return showSecret(form, answer.secret);
  if (tells) return note(tellTest(form, answer));
  try { sessionStorage.setItem(NOTE, sentence ?? ''); } catch { /* it is not said */ }
  if (then) location.assign(then);
  else location.reload();
}

function tellTest(form, answer) {
  const told = answer.delivered ? form.dataset.good : form.dataset.bad;
  return told.replace('{status}', answer.status ?? '').replace('{error}', answer.error ?? '').replace('{seconds}', answer.seconds.toFixed(2));
}

function showSecret(form, secret) {
  const dialog = document.getElementById(form.dataset.secret);
  dialog.querySelector('input').value = secret;
  dialog.addEventListener('close', () => { if (form.dataset.then) location.assign(form.dataset.then); else location.reload(); }, { once: true });
  dialog.showModal();
  dialog.querySelector('input').select();
}

/** Say a sentence at the top of the page, and to screen readers. */
function note(sentence) {
  if (!sentence) return;
  const place = document.getElementById('done');
  place.textContent = sentence;
  place.hidden = false;
  say(sentence);
}

function clicked({ target }) {
  const opener = target.closest('[data-opens]');
  if (opener) open(document.getElementById(opener.dataset.opens), JSON.parse(opener.dataset.fill ?? '{}'));
  const closer = target.closest('[data-closes]');
  if (closer) closer.closest('dialog').close();
}

function open(dialog, values) {
  for (const [name, value] of Object.entries(values)) {
    dialog.querySelector(`[name="${name}"]`).value = value;
    for (const each of dialog.querySelectorAll(`[data-says="${name}"]`)) each.textContent = value;
  }
  dialog.showModal();
}

/** Every so many seconds, while somebody looks and touches nothing there: the same page's part, as it is by then. */
function renew(part) {
  const every = Number(part.dataset.live) * 1000;
  setInterval(async () => {
    if (document.hidden || part.contains(document.activeElement) || part.querySelector('details[open]')) return;
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id);
    if (!fresh) return;
    part.replaceChildren(...fresh.childNodes);
    localTimes(part);
  }, every);
}

document.addEventListener('submit', submitted);
document.addEventListener('click', clicked);
for (const part of document.querySelectorAll('[data-live]')) renew(part);
try {
  note(sessionStorage.getItem(NOTE));
  sessionStorage.removeItem(NOTE);
} catch { /* nothing was noted */ }
