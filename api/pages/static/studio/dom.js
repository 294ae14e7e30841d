// Making elements: texts are texts, never markup.

/** An element with attributes (`on…` are listeners, `class`, `data-…` and others as written) and children. */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

/** The element of an id. */
export const $ = (id) => document.getElementById(id);

/** `1 badge`, `2 badges`. */
export const counted = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** A bar from 0 to 100. */
export function bar(percent, label) {
  return h('progress', { max: 100, value: percent, 'aria-label': label });
}

/** Run something once nothing has asked for it for a while. */
export function settled(work, wait) {
  let timer = null;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), wait);
  };
}
