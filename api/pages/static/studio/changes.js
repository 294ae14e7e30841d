// The change: by meaning, what it does to people, and as a patch.

import { $, counted, h } from './dom.js';

const MARKS = { looser: 'good', tighter: 'warn', changed: 'warn', renamed: '', 'text only': '' };

/** Draw what the change means. */
export function drawMeaning(told, changes) {
  const touched = Object.entries(changes);
  $('meaning').replaceChildren(
    h('p', { role: 'status' }, touched.length ? `${counted(touched.length, 'file')} changed.` : 'Nothing is changed yet.'),
    h('ul', { class: 'touched' }, touched.map(([path, change]) => h('li', {}, h('code', {}, path), ' ', h('span', { class: 'tag' }, change)))),
    ...(told ? [...list(told.changes.map((each) => [subject(each), each.direction, each.sentence])), ...reached(told.reached)] : []),
  );
}

function subject(change) {
  return Object.values(change)[0] ?? '';
}

function list(rows) {
  if (!rows.length) return [];
  return [h('ul', { class: 'means' }, rows.map(([name, direction, sentence]) => h('li', {}, h('b', {}, name), ' ', h('span', { class: `tag ${MARKS[direction] ?? ''}` }, direction), ' ', sentence)))];
}

function reached(rows) {
  return rows.length ? [h('h3', {}, 'Reached as well'), ...list(rows.map((each) => [each.badge, each.direction, each.sentence]))] : [];
}

/** Draw what a plan says. */
export function drawPlan(plan) {
  const touched = plan.badges.filter((each) => each.gains.users || each.keeps.users || each.loses.users || each.progress.users);
  $('consequences').replaceChildren(
    h('p', {}, `Of ${counted(plan.users, 'user')} ${plan.rebuilt} would be counted anew, from ${counted(plan.events, 'event')}.`),
    ...(plan.refused ? [h('p', { class: 'problem' }, `It would be refused: it removes ${Object.keys(plan.removed).join(', ')}, which people hold.`)] : []),
    touched.length
      ? h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'What it does to people' }, h('table', {},
        h('thead', {}, h('tr', {}, ['Badge', 'gain it', 'keep it, though they would not earn it', 'lose it', 'move'].map((title) => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, touched.map((each) => h('tr', {}, h('th', { scope: 'row' }, each.badge), people(each.gains), people(each.keeps), people(each.loses), h('td', {}, `${each.progress.users}`))))))
      : h('p', {}, 'Nobody gains, loses or moves.'),
  );
}

function people(group) {
  const some = group.examples.slice(0, 3).map((each) => each.user).join(', ');
  return h('td', {}, `${group.users}`, some ? h('span', { class: 'soft' }, ` (${some}${group.users > 3 ? ', …' : ''})`) : null);
}

/** Put a text where one can paste it from; whether the browser let us. */
export async function copied(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.closest('details').open = true;
    field.select();
    return document.execCommand('copy');
  }
}
