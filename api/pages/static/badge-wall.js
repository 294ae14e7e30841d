// <badge-wall user="ada" token="…"></badge-wall>: a user's badges in a page of another site, by one script tag.
//
// Attributes: server (else where this script came from), user, token (also a property, which stays out of the page's text),
// locale, theme (light or dark, else the page's), only (sections, such as "earned going"), live (badges appear as they are earned).
// Events: badge-wall:shown, badge-wall:award {detail: award}, badge-wall:refused {detail: status}. The look is set by --badges-… variables.

import { follow, rest } from './api.js';

const SECTIONS = ['earned', 'going', 'open', 'locked', 'secret', 'away'];
const SVG = 'http://www.w3.org/2000/svg';
const RARE = 5;
const MOMENT = 2000;
const HERE = new URL('/', import.meta.url);
const OWN = ':host { display: block; font: 100%/1.5 var(--body); color: var(--ink); } h2, h3, p { margin: 0; } h2 { font-size: 1.15rem; line-height: 1.2; } h3 { line-height: 1.2; } .shelf:last-of-type { margin-bottom: 0; } .word::first-letter { text-transform: uppercase; } .note { color: var(--soft); }';

let sheet = null;

/** The look, once for all walls of a page. */
function look() {
  sheet ??= (async () => {
    const texts = await Promise.all(['look.css', 'medals.css'].map(async (name) => (await fetch(new URL(name, import.meta.url))).text()));
    const made = new CSSStyleSheet();
    made.replaceSync(texts.join('\n') + OWN);
    return made;
  })();
  return sheet;
}

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function face(icon) {
  const image = /^(https:\/\/|data:image\/)/.test(icon);
  const text = !icon || (icon.includes('://') && !image) ? '🏅' : icon;
  return node('span', { class: 'face' }, image ? node('img', { src: icon, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' }) : text);
}

function ring(percent, icon) {
  const svg = document.createElementNS(SVG, 'svg');
  if (percent) {
    const done = document.createElementNS(SVG, 'circle');
    done.setAttribute('pathLength', '100');
    done.setAttribute('stroke-dasharray', `${percent} 100`);
    svg.append(done);
  }
  return node('span', { class: 'ring', 'aria-hidden': 'true' }, svg, face(icon));
}

/** What the three answers of the API come to: for each badge its section, and what its tile shows. */
function tilesOf({ badges: awards }, { progress }, { badges: catalog }) {
  const steps = new Map(progress.map((each) => [each.badge, each]));
  const held = Map.groupBy ? Map.groupBy(awards, (award) => award.badge) : grouped(awards);
  const names = new Map(catalog.filter((badge) => badge.id).map((badge) => [badge.id, badge]));
  return catalog.map((badge) => {
    if (badge.secret && !badge.id) return { section: 'secret' };
    const own = held.get(badge.id) ?? [];
    const step = steps.get(badge.id);
    const newest = own.toSorted((a, b) => a.awarded_at.localeCompare(b.awarded_at)).at(-1);
    const missing = (step?.missing_prerequisites ?? []).map((name) => names.get(name.split('.')[0])?.name ?? name);
    return { ...badge, section: sectionOf(own, step), award: newest, tiersHeld: new Set(own.map((award) => award.tier)), step, missing };
  });
}

function grouped(awards) {
  const found = new Map();
  for (const award of awards) found.set(award.badge, [...(found.get(award.badge) ?? []), award]);
  return found;
}

function sectionOf(held, step) {
  if (held.length) return 'earned';
  if (!step) return 'open';
  return { locked: 'locked', unavailable: 'away' }[step.state] ?? (step.percent ? 'going' : 'open');
}

function metalOf(tile) {
  const place = (tile.tiers ?? []).findLastIndex((tier) => tile.tiersHeld.has(tier.id));
  if (place < 0) return tile.rarity !== null && tile.rarity < RARE ? 'gold' : 'plain';
  const rank = tile.tiers.length <= 3 ? place + 3 - tile.tiers.length : Math.floor((place * 3) / tile.tiers.length);
  return ['bronze', 'silver', 'gold'][rank];
}

class BadgeWall extends HTMLElement {
  static observedAttributes = ['server', 'user', 'token', 'locale', 'only', 'live'];
  #token = null;
  #ending = null;
  #root = this.attachShadow({ mode: 'open' });
  #status = this.#root.appendChild(node('p', { class: 'unseen', role: 'status' }));
  #calm = 0;
  #due = false;
  #texts = null;

  get token() { return this.#token ?? this.getAttribute('token'); }
  set token(value) { this.#token = value; this.#soon(); }

  connectedCallback() { this.#soon(); }
  disconnectedCallback() { this.#ending?.abort(); }
  attributeChangedCallback() { this.#soon(); }

  get #server() { return new URL(this.getAttribute('server') ?? HERE, document.baseURI); }
  get #locale() { return this.getAttribute('locale') ?? document.documentElement.lang ?? ''; }
  get #headers() { return { Authorization: this.token ? `Bearer ${this.token}` : 'Session' }; }

  /** Several changes at once are one look. */
  #soon() {
    if (this.#due || !this.isConnected) return;
    this.#due = true;
    queueMicrotask(() => { this.#due = false; this.#begin(); });
  }

  async #begin() {
    this.#ending?.abort();
    if (!this.getAttribute('user') || this.hasAttribute('waiting')) return;
    const { signal } = (this.#ending = new AbortController());
    try {
      const live = this.hasAttribute('live') ? await this.#stream(signal) : null;
      await this.#show(signal);
      if (live) await follow(live, (told) => this.#told(told, signal), { signal, headers: this.#headers });
    } catch (error) {
      if (signal.aborted) return;
      this.#tell('badge-wall:refused', error.status ?? 0);
      this.#root.replaceChildren(node('p', { class: 'note' }, this.#texts?.['wall.unreachable'] ?? '…'), this.#status);
    }
  }

  #path(what) {
    const path = new URL(what === 'catalog' ? '/v1/badges' : `/v1/users/${encodeURIComponent(this.getAttribute('user'))}/${what}`, this.#server);
    if (this.#locale) path.searchParams.set('locale', this.#locale);
    return path.href;
  }

  /** Where news come in from now on. */
  async #stream(signal) {
    const { notifications } = await this.#get(this.#path('notifications?limit=1'), signal);
    return this.#path(`stream?after=${notifications[0]?.id ?? 0}`);
  }

  async #get(path, signal, headers = this.#headers) {
    const answer = await fetch(path, { headers, signal });
    if (!answer.ok) throw Object.assign(new Error(`The server answered ${answer.status}.`), { status: answer.status });
    return answer.json();
  }

  async #show(signal, arrived = null) {
    const words = new URL('/static/texts.json', this.#server);
    if (this.#locale) words.searchParams.set('locale', this.#locale);
    this.#texts = await this.#get(words.href, signal, {});
    const [style, ...told] = await Promise.all([look(), ...['badges', 'progress', 'catalog'].map((what) => this.#get(this.#path(what), signal))]);
    this.#root.adoptedStyleSheets = [style];
    const tiles = tilesOf(...told);
    const wanted = (this.getAttribute('only') ?? '').split(/[\s,]+/).filter(Boolean);
    const shown = SECTIONS.filter((section) => !wanted.length || wanted.includes(section));
    const shelves = shown.map((section) => this.#shelf(section, tiles.filter((tile) => tile.section === section), arrived));
    for (const old of [...this.#root.children]) if (old !== this.#status) old.remove();
    this.#root.prepend(...shelves.filter(Boolean));
    if (arrived) this.#status.textContent = `${this.#say('new')}: ${arrived.name}`;
    this.#tell('badge-wall:shown', tiles.length);
  }

  #shelf(section, tiles, arrived) {
    if (!tiles.length) return null;
    if (section === 'earned') tiles.sort((a, b) => b.award.awarded_at.localeCompare(a.award.awarded_at));
    else tiles.sort((a, b) => (b.step?.percent ?? 0) - (a.step?.percent ?? 0));
    const medals = section === 'earned' || section === 'secret';
    const made = tiles.map((tile) => (section === 'earned' ? this.#held(tile, arrived) : section === 'secret' ? this.#secret() : this.#ahead(tile)));
    const heading = node('h2', {}, node('span', { class: 'word' }, this.#say(section === 'secret' ? 'secret_many' : section)), ' ', node('span', { class: 'count' }, String(tiles.length)));
    return node('section', { class: `shelf ${section}`, part: `shelf ${section}` }, heading, node('ul', { class: medals ? 'medals' : 'cards' }, ...made));
  }

  #held(tile, arrived) {
    const day = new Intl.DateTimeFormat(this.#locale || undefined, { dateStyle: 'medium' }).format(new Date(tile.award.awarded_at));
    const steps = (tile.tiers ?? []).map((tier) => node('i', { class: tile.tiersHeld.has(tier.id) ? 'on' : '' }));
    return node('li', { class: `tile earned${arrived?.badge === tile.id ? ' arrived' : ''}`, part: 'tile' },
      node('span', { class: `medal ${metalOf(tile)}`, 'aria-hidden': 'true' }, face(tile.award.icon)),
      node('h3', {}, tile.award.name),
      node('p', { class: 'soft why' }, tile.description),
      node('p', { class: 'soft date' }, node('time', { datetime: tile.award.awarded_at }, day)),
      steps.length ? node('p', { class: 'steps', 'aria-hidden': 'true' }, ...steps) : null);
  }

  #ahead(tile) {
    const { step } = tile;
    const number = (value) => new Intl.NumberFormat(this.#locale || undefined, { maximumFractionDigits: 2 }).format(value);
    const amount = step && step.value !== null ? this.#say('of', { value: number(step.value), threshold: number(step.threshold) }) : null;
    const left = step?.remaining ? node('span', { class: 'soft' }, ` · ${this.#say('remaining', { amount: number(step.remaining) })}`) : null;
    const below = {
      going: () => node('p', { class: 'amount' }, node('b', {}, amount ?? ''), left),
      locked: () => node('p', { class: 'missing' }, node('span', { class: 'soft' }, this.#say('first')), ...tile.missing.map((name) => node('span', { class: 'tag' }, name))),
      away: () => node('p', { class: 'soft' }, this.#say('away_note')),
      open: () => (tile.grant && !step ? node('p', { class: 'soft' }, this.#say(`gift_${tile.grant}`)) : null),
    }[tile.section]();
    return node('li', { class: 'tile due', part: 'tile' }, ring(tile.section === 'going' ? step.percent : 0, tile.icon),
      node('div', {}, node('h3', {}, tile.name), node('p', { class: 'soft' }, tile.description), below));
  }

  #secret() {
    return node('li', { class: 'tile earned secret', part: 'tile' }, node('span', { class: 'medal dark', 'aria-hidden': 'true' }, node('span', { class: 'face' }, '?')), node('h3', {}, this.#say('secret')));
  }

  #say(key, values = {}) {
    return (this.#texts[`wall.${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  }

  async #told({ data }, signal) {
    const awards = data.kind === 'award' ? data.items : [];
    if (awards.length) this.#calm = performance.now() + MOMENT;
    else await rest(this.#calm - performance.now(), signal);
    await this.#show(signal, awards.at(-1) ?? null).catch(() => {});
    for (const award of awards) this.#tell('badge-wall:award', award);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define('badge-wall', BadgeWall);
