// The explanation of a badge: criteria, prerequisites, and what became of the newest events, operand by operand.

import { $, bar, h } from './dom.js';
import { localTimes } from '../page.js';

/** Open the dialog that says why; `record` makes a scenario of what happened. */
export function showWhy(told, title, user, record) {
  const dialog = $('why');
  const close = h('button', { type: 'button', class: 'quiet round close', 'aria-label': 'Close', onclick: () => dialog.close() }, '✕');
  dialog.replaceChildren(...[
    close,
    h('h2', { id: 'why-title' }, `${title}: ${told.state.replaceAll('_', ' ')}`),
    h('p', { class: 'soft' }, `For ${user}, at this step.`),
    ...told.awards.map(award),
    ...told.criteria.map(criterion),
    ...prerequisites(told.prerequisites),
    told.events.length ? h('h3', {}, 'The newest events') : null,
    h('ol', { class: 'events' }, told.events.map(event)),
    told.events.length ? h('p', {}, h('button', { type: 'button', onclick: () => { dialog.close(); record(); } }, 'Make a scenario of it')) : null,
  ].filter(Boolean));
  localTimes(dialog);
  dialog.showModal();
}

function award(each) {
  const name = [each.tier, each.occurrence].filter((part) => part !== null).join(' ');
  return h('p', { class: 'good' }, `✓ Earned${name ? ` (${name})` : ''} with ${each.event.source} ${each.event.id}, `, h('time', { datetime: each.awarded_at, 'data-show': 'moment' }, each.awarded_at));
}

function criterion(each) {
  const value = each.value ?? 'undefined';
  const counted = `${each.measure.replaceAll('_', ' ')} of ${each.trigger.join(' or ')}`;
  return h(
    'section', { class: 'criterion' },
    h('p', {}, h('span', { class: each.met ? 'good' : 'bad' }, each.met ? '✓ ' : '✗ '), `${counted}: `, h('b', {}, `${value}`), ` (${each.compare.replace('_', ' ')} ${each.threshold})`),
    each.when ? h('p', {}, 'when ', h('code', {}, each.when)) : null,
    each.of ? h('p', {}, 'of ', h('code', {}, each.of)) : null,
    bar(each.percent, `${each.percent} percent`),
  );
}

function prerequisites({ items, needed }) {
  if (!items.length) return [];
  const told = needed < items.length ? `${needed} of these are needed first` : 'Needed first';
  return [h('h3', {}, told), h('ul', { class: 'needed' }, items.map((each) => h('li', { class: each.held ? 'good' : 'bad' }, `${each.held ? '✓' : '✗'} ${each.badge}`)))];
}

function event(each) {
  const trees = each.metrics.map((metric) => metric.condition).filter(Boolean);
  return h(
    'li', {},
    h('p', {}, h('span', { class: each.counted ? 'good' : 'bad' }, each.counted ? '✓ ' : '✗ '), h('b', {}, each.type), ' ', h('time', { class: 'soft', datetime: each.time }, each.time), each.reason ? `: ${each.reason}` : ''),
    trees.length ? h('ul', { class: 'tree' }, trees.map(branch)) : null,
  );
}

function branch(tree) {
  const value = tree.skipped ? 'not looked at' : tree.error ? `failed: ${tree.error}` : JSON.stringify(tree.value);
  const mark = tree.value === true ? 'good' : tree.value === false || tree.error ? 'bad' : 'soft';
  return h('li', {}, h('code', {}, tree.text), ' ', h('span', { class: mark }, value), tree.children?.length ? h('ul', {}, tree.children.map(branch)) : null);
}
