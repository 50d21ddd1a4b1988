package view

// sheet is the style of pages. The colours have a contrast of at least 4.5 to
// 1 on their background, on light and on dark.
const sheet = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2328; --line: #d1d9e0; --soft: #f6f8fa;
  --good: #116329; --warn: #8a4600; --bad: #b3141d; --accent: #0550ae; --dim: #59636e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --line: #3d444d; --soft: #151b23;
    --good: #56d364; --warn: #e3b341; --bad: #ff7b72; --accent: #79c0ff; --dim: #9198a1;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 100rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, li, dd { max-width: 60rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
table, pre, code, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .1rem 1.5rem .1rem 0; white-space: pre; }
th { color: var(--dim); font-weight: 600; text-transform: uppercase; border-bottom: 1px solid var(--line); }
td.prose { white-space: pre-wrap; min-width: 20rem; }
.right { text-align: right; }
tr.note td { white-space: pre-wrap; }
.tree { color: var(--dim); }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: .75rem 0; }
dt { color: var(--dim); }
dd { margin: 0; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); font-weight: 600; }
.accent { color: var(--accent); } .dim { color: var(--dim); } .bold { font-weight: 700; }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #fff; --line: #999; --good: #116329; --warn: #8a4600; --bad: #b3141d; --accent: #0550ae; --dim: #444; }
  main { max-width: none; padding: 0; }
  .scroll, pre { overflow: visible; white-space: pre-wrap; }
  th, td { white-space: pre-wrap; }
  h2, h3, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`
