// The scenarios, run whenever the rules change: what was expected and what came.

import { $, counted, h } from './dom.js';

/** Draw the results; `goTo(file, line)` and `watch(scenario)` are what one can do with one. */
export function drawScenarios(told, goTo, watch) {
  const failed = told.scenarios.length - told.passed;
  const sum = `${told.passed} of ${counted(told.scenarios.length, 'scenario')} passed`;
  $('tab-scenarios').textContent = failed ? `Scenarios (${failed} failed)` : 'Scenarios';
  const sorted = [...told.scenarios].sort((a, b) => a.passed - b.passed);
  $('scenarios').replaceChildren(
    h('p', { role: 'status', class: failed ? 'bad' : 'good' }, told.scenarios.length ? `${failed ? '✗' : '✓'} ${sum}; they touch ${told.coverage.percent}% of the rules.` : 'There are no scenarios yet: a new file in scenarios/ is one.'),
    ...(told.left_out ? [h('p', { class: 'warn' }, `${counted(told.left_out, 'scenario')} left out: there was no time for more.`)] : []),
    h('ul', { class: 'stories' }, sorted.map((each) => story(each, goTo, watch))),
    ...untouched(told.coverage),
  );
}

function story(each, goTo, watch) {
  return h(
    'li', {},
    h('p', {}, h('span', { class: each.passed ? 'good' : 'bad' }, each.passed ? '✓ ' : '✗ '), h('b', {}, each.scenario)),
    each.description ? h('p', { class: 'soft' }, each.description) : null,
    each.faults.map((fault) => h(
      'div', { class: 'problem' },
      h('p', {}, fault.step ? `Step ${fault.step}: ` : '', fault.message),
      fault.reasons.length ? h('ul', {}, fault.reasons.map((reason) => h('li', {}, reason))) : null,
      h('button', { type: 'button', class: 'quiet', onclick: () => goTo(each.file, fault.line) }, `Go to line ${fault.line}`),
    )),
    h('div', { class: 'row' },
      h('button', { type: 'button', class: 'quiet', onclick: () => goTo(each.file, 1) }, 'Open'),
      h('button', { type: 'button', class: 'quiet', onclick: () => watch(each.scenario) }, 'Show in the timeline')),
  );
}

function untouched({ never_awarded: awarded, never_true: yes, never_false: no }) {
  const lists = [['Never awarded', awarded], ['Never true', yes], ['Never false', no]].filter(([, names]) => names.length);
  if (!lists.length) return [];
  return [h('details', {}, h('summary', {}, 'What no scenario touches'), lists.map(([title, names]) => [h('h3', {}, title), h('ul', {}, names.map((name) => h('li', {}, name)))]))];
}
