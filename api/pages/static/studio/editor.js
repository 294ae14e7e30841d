// The editor: CodeMirror in a shadow root, where its styles are sheets and no inline ones; problems, completion, hover text.

import {
  Compartment, EditorState, EditorView, HighlightStyle, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, drawSelection, highlightActiveLine, highlightActiveLineGutter, history, historyKeymap,
  hoverTooltip, indentLess, indentMore, indentOnInput, indentUnit, keymap, lineNumbers, lintGutter, lintKeymap,
  highlightSelectionMatches, search, searchKeymap, setDiagnostics, startCompletion, syntaxHighlighting, tags, yaml,
} from '../vendor/codemirror.js';
import { h } from './dom.js';

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)', fontWeight: '600' },
  { tag: [tags.string, tags.content, tags.special(tags.string)], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-value)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--soft)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: 'var(--soft)' },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: 'var(--warn)' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--card)', fontSize: '14px', height: '100%', borderRadius: '10px' },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--accent)', paddingBottom: '2rem' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection': { backgroundColor: 'var(--code-selection)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--soft)', border: 'none', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--code-line)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--glow)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--glow)', outline: '1px solid var(--accent)' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '10px', boxShadow: 'var(--shadow)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--code)', maxHeight: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '.75', marginLeft: '1em' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionInfo': { maxWidth: '24rem', padding: '8px 12px', whiteSpace: 'pre-line', fontFamily: 'var(--body)' },
  '.cm-diagnostic': { padding: '8px 12px', fontFamily: 'var(--body)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)', borderRadius: '6px', padding: '2px 8px' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad) 1.5px', textUnderlineOffset: '4px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warn) 1.5px', textUnderlineOffset: '4px' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-textfield': { backgroundColor: 'var(--card)', borderColor: 'var(--line)' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--card)', borderColor: 'var(--line)', color: 'var(--ink)' },
  '.told': { padding: '8px 12px', maxWidth: '26rem', fontFamily: 'var(--body)' },
  '.told b': { fontFamily: 'var(--code)', fontWeight: '600' },
  '.told p, .cm-diagnosticText p': { margin: '4px 0 0', whiteSpace: 'pre-line' },
});

const KINDS = { key: 'property', field: 'property', function: 'function', name: 'variable', word: 'keyword', value: 'enum' };

/** An editor in an element. `told` answers its questions; `changed` is given the text of the file after every change. */
export function makeEditor(host, { changed, complete, hover }) {
  const shadow = host.attachShadow({ mode: 'open' });
  const label = new Compartment();
  const states = new Map();
  let file = null;
  let quiet = false;

  const extensions = (path) => [
    lineNumbers(), lintGutter(), highlightActiveLineGutter(), highlightActiveLine(), history(), drawSelection(), indentOnInput(),
    indentUnit.of('  '), bracketMatching(), closeBrackets(), highlightSelectionMatches(), search({ top: true }), yaml(),
    syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping,
    label.of(EditorView.contentAttributes.of({ 'aria-label': `Text of ${path}` })),
    autocompletion({ override: [completions], icons: false, activateOnTyping: true }),
    hoverTooltip(tooltip, { hoverTime: 350, hideOnChange: true }),
    keymap.of([
      ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap,
      { key: 'Tab', run: indentMore, shift: indentLess }, ...defaultKeymap,
    ]),
    EditorView.domEventHandlers({ beforeinput: overwrite }),
    EditorView.updateListener.of((update) => { if (update.docChanged && !quiet) changed(file, update.state.doc.toString()); }),
  ];

  const fresh = (path, text) => EditorState.create({ doc: text, extensions: extensions(path) });
  const view = new EditorView({ state: fresh('', ''), parent: shadow, root: shadow });

  async function completions(context) {
    const before = context.state.doc.lineAt(context.pos).text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from);
    if (!context.explicit && !/[\w.]$|[:,{[(] ?$/.test(before)) return null;
    if (/^\s*#/.test(before)) return null;
    const told = await complete(file, ...place(context.state.doc, context.pos));
    if (!told || context.aborted || !told.options.length) return null;
    const options = told.options.map((each, index) => ({
      label: each.text, type: KINDS[each.kind], detail: each.detail, boost: -index / 10,
      info: each.told ? () => h('div', {}, each.told) : undefined,
      apply: each.insert === each.text ? undefined : (view_, _, from, to) => insert(view_, each.insert, from, to),
    }));
    return { from: context.pos - told.replace, options, validFor: /^\w*$/ };
  }

  async function tooltip(view_, position) {
    const told = await hover(file, ...place(view_.state.doc, position));
    if (!told?.title && !told?.told) return null;
    const dom = h('div', { class: 'told' }, h('b', {}, told.title), told.told ? h('p', {}, told.told) : null);
    return { pos: position - told.before, end: position + told.after, above: true, create: () => ({ dom }) };
  }

  return {
    /** Show a file, with what was done to it before still to be undone. */
    open(path, text) {
      if (file !== null) states.set(file, view.state);
      const known = states.get(path);
      file = path;
      quiet = true;
      view.setState(known && known.doc.toString() === text ? known : fresh(path, text));
      quiet = false;
    },
    /** Forget a file, or all. */
    forget(path) {
      if (path === undefined) states.clear();
      else states.delete(path);
      if (path === undefined || path === file) file = null;
    },
    /** Underline problems of the file that is shown. */
    problems(found) {
      const { doc } = view.state;
      const told = found.map((each) => diagnostic(doc, each)).sort((a, b) => a.from - b.from);
      view.dispatch(setDiagnostics(view.state, told));
    },
    /** Put the cursor somewhere (line and column from 1, in characters). */
    goTo(line, column = 1) {
      const at = offset(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
      view.focus();
    },
    focus: () => view.focus(),
  };
}

/** Typing over a selection, done here: the browser would do it with inline styles, which no page may have. */
function overwrite(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (empty || event.inputType !== 'insertText' || !event.data || event.isComposing) return false;
  event.preventDefault();
  const typed = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
  if (!view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, event.data, typed))) view.dispatch(typed());
  return true;
}

function insert(view, text, from, to) {
  view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: 'input.complete' });
  setTimeout(() => startCompletion(view), 0);
}

function diagnostic(doc, problem) {
  const from = offset(doc, problem.line, problem.column);
  const to = Math.max(offset(doc, problem.line, problem.end_column), from);
  const word = /^did you mean (.+)\?$/.exec(problem.help ?? '')?.[1];
  return {
    from, to, severity: problem.severity, message: problem.message,
    renderMessage: () => h('div', {}, problem.message, problem.help ? h('p', {}, problem.help) : null),
    actions: word && to > from ? [{ name: `Write ${word}`, apply: (view, start, end) => view.dispatch({ changes: { from: start, to: end, insert: word } }) }] : [],
  };
}

/** An offset in UTF-16 units, as the editor counts, of a line and a column in characters. */
function offset(doc, line, column) {
  const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let at = 0;
  for (let n = 1; n < column && at < text.length; n += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return from + at;
}

/** Line and column, in characters from 1, of an offset. */
function place(doc, position) {
  const line = doc.lineAt(position);
  return [line.number, [...line.text.slice(0, position - line.from)].length + 1];
}
