// The timeline: events one after the other, and what a user holds and how far everything is at each of them.

import { $, bar, counted, h } from './dom.js';

const PACE = 800;
const MOST_DOTS = 150;
const MOST_SHOWN = 80;
const ORDER = { fresh: 0, earned: 1, in_progress: 2, locked: 3, unavailable: 4 };

export class Timeline {
  /** `explain(user, badge, step)` is called when somebody asks why. */
  constructor(explain) {
    this.explain = explain;
    this.told = null;
    this.badges = new Map();
    this.icons = new Map();
    this.at = 0;
    this.timer = null;
    $('at').addEventListener('input', () => this.go(Number($('at').value)));
    $('earlier').addEventListener('click', () => this.go(this.at - 1));
    $('later').addEventListener('click', () => this.go(this.at + 1));
    $('play').addEventListener('click', () => (this.timer ? this.stop() : this.play()));
    $('user').addEventListener('change', () => this.choose());
  }

  /** Show what a simulation gave; the step stays where it was, or with new events goes to the end. */
  show(told, badges, anew = false) {
    const wasAtEnd = !this.told || this.at >= this.steps.length;
    this.told = told;
    this.badges = new Map(badges.map((each) => [each.badge, each]));
    const user = told.users.includes($('user').value) ? $('user').value : told.users[0];
    $('user').replaceChildren(...told.users.map((each) => h('option', { value: each }, each)));
    if (user) $('user').value = user;
    $('user').closest('.row').hidden = told.users.length < 2;
    $('scrubber').hidden = !told.users.length;
    $('rejected').replaceChildren(...told.rejected.map((each) => h('li', { class: 'bad' }, `Line ${each.line}: ${each.reason}`)));
    if (told.left_out) $('rejected').append(h('li', { class: 'warn' }, `${counted(told.left_out, 'event')} left out: there was no time for more.`));
    if (told.rejected.length) $('log').open = true;
    this.choose(anew || wasAtEnd ? Infinity : this.at);
  }

  choose(at = Infinity) {
    this.user = $('user').value;
    this.steps = this.told.steps.map((step, index) => ({ ...step, index })).filter((step) => step.user === this.user);
    this.states = this.user ? statesOf(this.told.begin[this.user], this.steps) : [];
    $('at').max = this.steps.length;
    this.drawTrack();
    this.go(Math.min(at, this.steps.length));
  }

  go(at) {
    this.at = Math.max(0, Math.min(at, this.steps.length));
    $('at').value = this.at;
    const step = this.steps[this.at - 1];
    $('at').setAttribute('aria-valuetext', step ? `step ${this.at} of ${this.steps.length}: ${step.event.type}` : 'before the first event');
    $('earlier').disabled = this.at === 0;
    $('later').disabled = this.at === this.steps.length;
    for (const dot of $('track').children) dot.classList.toggle('past', Number(dot.dataset.at) <= this.at);
    this.drawStep(step);
    this.drawBoard(step);
    if (this.timer && this.at === this.steps.length) this.stop();
  }

  play() {
    if (this.at === this.steps.length) this.go(0);
    this.timer = setInterval(() => this.go(this.at + 1), PACE);
    $('play').textContent = '❚❚';
    $('play').setAttribute('aria-label', 'Pause');
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    $('play').textContent = '▶';
    $('play').setAttribute('aria-label', 'Play');
  }

  drawTrack() {
    const dots = this.steps.length > MOST_DOTS ? [] : this.steps;
    $('track').replaceChildren(...dots.map((step, n) => h('span', {
      'data-at': n + 1,
      class: step.failures.length ? 'failed' : step.lost.length ? 'lost' : step.awards.length ? 'award' : '',
      onclick: () => this.go(n + 1),
    }, step.awards.length ? (step.awards[0].icon || '★') : '')));
  }

  drawStep(step) {
    if (!step) {
      $('step').replaceChildren(h('p', { class: 'soft' }, `Before the first of ${counted(this.steps.length, 'event')}.`));
      return;
    }
    const counts = step.counts.filter((each) => each.counted);
    const not = step.counts.filter((each) => !each.counted);
    $('step').replaceChildren(...[
      h('p', {}, h('b', {}, `${this.at} of ${this.steps.length}: ${step.event.type}`), ' ', h('time', { datetime: step.at, class: 'soft' }, step.event.time)),
      h('pre', {}, JSON.stringify(step.event.data)),
      ...step.awards.map((award) => h('p', { class: 'earned' }, h('span', { 'aria-hidden': 'true' }, icon(award.icon)), ' ', h('b', {}, award.name), award.tier ? ` (${award.tier})` : '', ' is earned.', figures(award.metadata))),
      ...step.lost.map((name) => h('p', { class: 'bad' }, `${name} is taken away.`)),
      ...step.failures.map((each) => h('p', { class: 'bad' }, `${this.name(each.badge)} fails: ${each.message}`)),
      counts.length ? h('p', { class: 'good' }, 'Counts for ', counts.flatMap((each) => this.names(each)).sort().join(', '), '.') : null,
      not.length ? h('details', {}, h('summary', {}, `Does not count for ${counted(not.length, 'rule')}`), h('ul', {}, not.map((each) => h('li', {}, `${this.names(each).join(', ')}: ${each.reason}`)))) : null,
    ].filter(Boolean));
  }

  names(count) {
    return count.badges.length ? count.badges.map((id) => this.name(id)) : [count.metric ?? 'a leaderboard'];
  }

  name(id) {
    return this.badges.get(id)?.title || id;
  }

  drawBoard(step) {
    const state = this.states[this.at];
    if (!state) return;
    const fresh = new Set((step?.awards ?? []).map((award) => award.badge));
    const ids = [...new Set([...state.progress.keys(), ...state.held.map((award) => award.badge)])];
    const tiles = ids.map((id) => ({ id, progress: state.progress.get(id), held: state.held.filter((award) => award.badge === id) }));
    const rank = (tile) => (fresh.has(tile.id) ? ORDER.fresh : tile.held.length && (!tile.progress || tile.progress.state === 'earned') ? ORDER.earned : ORDER[tile.progress?.state ?? 'earned']);
    tiles.sort((a, b) => rank(a) - rank(b) || (b.progress?.percent ?? 100) - (a.progress?.percent ?? 100) || a.id.localeCompare(b.id));
    const shown = tiles.slice(0, MOST_SHOWN).map((tile) => this.tile(tile, fresh.has(tile.id)));
    const more = tiles.length - shown.length;
    $('board').replaceChildren(...shown, ...(more > 0 ? [h('li', { class: 'soft' }, `and ${counted(more, 'more badge')}`)] : []));
  }

  tile({ id, progress, held }, isFresh) {
    const about = this.badges.get(id);
    const earned = held.length > 0;
    const told = progress ? figure(progress) : 'given by a call';
    return h(
      'li', { class: `badge ${earned ? 'held' : progress?.state ?? ''} ${isFresh ? 'fresh' : ''}`, 'data-badge': id },
      h(
        'button', { type: 'button', class: 'quiet', onclick: () => this.explain(this.user, id, (this.steps[this.at - 1]?.index ?? -1) + 1) },
        h('span', { class: 'icon', 'aria-hidden': 'true' }, icon(about?.icon)),
        h('span', { class: 'text' },
          h('span', { class: 'name' }, this.name(id), held.map((award) => (award.tier ? h('span', { class: 'tag good' }, award.tier) : null)), isFresh ? h('span', { class: 'tag good' }, 'new') : null),
          h('span', { class: 'soft' }, earned && progress?.state === 'earned' ? `earned${held.length > 1 && !held[0].tier ? `, ${held.length} times` : ''}` : told),
          progress && progress.state !== 'earned' ? bar(progress.percent, `${this.name(id)}: ${progress.percent} percent`) : null),
      ),
    );
  }
}

/** The icon of a badge, if it is a character or a few. */
export function icon(text) {
  return text && !/^https?:|^data:/.test(text) ? text : '🏅';
}

function figure(progress) {
  const tier = progress.tier ? `${progress.tier}: ` : '';
  const value = `${tier}${progress.value ?? 'undefined'} of ${progress.threshold}`;
  if (progress.state === 'locked') return `${value}; first ${progress.missing_prerequisites.join(', ')}`;
  return progress.state === 'unavailable' ? `${value}; not available` : value;
}

function figures(metadata) {
  const told = Object.entries(metadata ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return told.length ? h('span', { class: 'soft' }, ` ${told.join(', ')}`) : null;
}

function statesOf(begin, steps) {
  let held = begin.badges;
  let progress = new Map(begin.progress.map((each) => [each.badge, each]));
  const states = [{ held, progress }];
  for (const step of steps) {
    held = [...held.filter((award) => !step.lost.includes(named(award))), ...step.awards];
    progress = new Map([...progress, ...step.progress.map((each) => [each.badge, each])]);
    states.push({ held, progress });
  }
  return states;
}

function named(award) {
  return `${award.badge}${award.tier ? `.${award.tier}` : ''}${award.occurrence !== null ? `#${award.occurrence}` : ''}`;
}
