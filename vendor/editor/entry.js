// What the studio takes of CodeMirror: one module, made once by `npm run build`.

export { Compartment, EditorSelection, EditorState, Prec } from '@codemirror/state';
export {
  Decoration, EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap,
  lineNumbers,
} from '@codemirror/view';
export { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
export { HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from '@codemirror/autocomplete';
export { forceLinting, lintGutter, lintKeymap, linter, setDiagnostics } from '@codemirror/lint';
export { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
export { yaml } from '@codemirror/lang-yaml';
export { tags } from '@lezer/highlight';
