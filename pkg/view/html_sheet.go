package view

// sheet is the style of pages. Each text color has a contrast of at least 4.5 to
// 1 on each of its backgrounds: light, dark and in print. The classes are those that this
// package and the plugins give to elements. It loads no fonts or pictures.
const sheet = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --soft: #f5f7f9; --ink: #1c2127; --dim: #57606a; --line: #d3d9df;
  --good: #116329; --good-soft: #e0f5e5; --warn: #7a4a00; --warn-soft: #fdf3d1;
  --bad: #a9121f; --bad-soft: #fdeaea; --accent: #0b53ad; --accent-soft: #e4f0fd; --dim-soft: #eceff2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101418; --soft: #181d23; --ink: #e6eaee; --dim: #9aa3ad; --line: #39424c;
    --good: #5bd075; --good-soft: #14291a; --warn: #e2b54a; --warn-soft: #2c2412;
    --bad: #ff8d85; --bad-soft: #351a1b; --accent: #7dbcff; --accent-soft: #152739; --dim-soft: #232a32;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; }
h1 { font-size: 1.25rem; margin: 0; color: var(--dim); font-weight: 600; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.minor { font-size: .95rem; margin: 1.75rem 0 .5rem; color: var(--dim); font-weight: 600; }
p, li, dd { max-width: 52rem; overflow-wrap: anywhere; }
p { margin: .5rem 0; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
header { margin-bottom: 1.5rem; }
.answer { font-size: 1.6rem; line-height: 1.3; font-weight: 700; margin: .1rem 0 .35rem; }
.about { color: var(--dim); font-size: .875rem; margin: 0; }
.lead { font-size: 1.1rem; margin: .25rem 0 .75rem; }
.gaps { background: var(--warn-soft); color: var(--warn); border-radius: 8px; padding: .5rem 1rem; margin-top: 1rem; }
.part { border-top: 1px solid var(--line); padding-top: 1.5rem; margin-top: 2rem; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.accent { color: var(--accent); } .dim { color: var(--dim); } .bold { font-weight: 700; }
td .bad, td .warn { font-weight: 600; }
.badge { display: inline-block; font-size: .8rem; line-height: 1.4; font-weight: 600; border-radius: 1rem; padding: .1rem .6rem; margin-right: .35rem; vertical-align: .15em; white-space: nowrap; }
.badge.good { background: var(--good-soft); } .badge.warn { background: var(--warn-soft); } .badge.bad { background: var(--bad-soft); }
.badge.accent { background: var(--accent-soft); } .badge.dim { background: var(--dim-soft); color: var(--ink); }
pre, code, tbody th, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .8125rem; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; margin: .35rem 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.command { border-left: 3px solid var(--accent); }
.scroll { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem 1.25rem .3rem 0; }
thead th { color: var(--dim); font-size: .8rem; font-weight: 600; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th::first-letter { text-transform: uppercase; }
tbody th { font-weight: 400; white-space: nowrap; }
tbody .top th { font-weight: 700; }
tr.row > * { border-top: 1px solid var(--line); }
tbody tr.row:first-child > * { border-top: 0; }
td { white-space: nowrap; }
td.prose, td.note, td.value { white-space: normal; overflow-wrap: anywhere; }
td.prose { min-width: 16rem; }
.list tbody th, .list td { white-space: normal; } .list tbody th, .list a { overflow-wrap: anywhere; } .list tbody th { min-width: 8rem; } .list a { display: inline-block; min-width: 9rem; }
td.note { color: var(--dim); padding-top: 0; }
.in1 { padding-left: 1.25rem; } .in2 { padding-left: 2.5rem; } .in3 { padding-left: 3.75rem; } .in4 { padding-left: 5rem; }
.in5 { padding-left: 6.25rem; } .in6 { padding-left: 7.5rem; } .in7 { padding-left: 8.75rem; } .in8 { padding-left: 10rem; }
.fields th, .fields td { white-space: normal; overflow-wrap: anywhere; width: 16rem; } .fields .value { width: 13rem; } .fields .prose { width: auto; }
.fields details { margin: 0; } .fields summary { color: var(--ink); padding: 0; } .fields details p, .fields .dim { font-size: .8125rem; } .fields .badge { margin: 0 .1rem; }
.right { text-align: right; }
.before { background: var(--bad-soft); color: var(--bad); } .after { background: var(--good-soft); color: var(--good); }
del, ins { text-decoration: none; display: block; white-space: pre-wrap; overflow-wrap: anywhere; padding: .1rem .4rem; border-radius: 4px; }
dl { margin: .75rem 0; }
dl > div { display: grid; grid-template-columns: 8rem 1fr; gap: 0 1rem; padding: .15rem 0; }
dt { color: var(--dim); }
dd { margin: 0; grid-column: 2; min-width: 0; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
.figures > div { display: block; background: var(--soft); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; flex: 1 1 13rem; }
.figures dd:first-of-type { font-size: 1.15rem; font-weight: 600; }
.figures dd + dd { font-size: .875rem; color: var(--dim); }
.figures dt { font-size: .8rem; }
[hidden] { display: none !important; }
.tools { display: flex; gap: .5rem; align-items: center; margin: .75rem 0 .25rem; color: var(--dim); font-size: .875rem; }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .6rem; }
input { color: var(--ink); width: min(20rem, 100%); } button { cursor: pointer; } button:disabled { cursor: default; color: var(--dim); }
input::placeholder { color: var(--dim); opacity: 1; }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
thead button { border: 0; padding: 0; font-weight: inherit; background: none; } thead button::first-letter { text-transform: uppercase; }
thead [aria-sort=ascending] button::after { content: " ↑"; } thead [aria-sort=descending] button::after { content: " ↓"; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
li small { color: var(--dim); font-size: .8125rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--accent); padding: .15rem 0; }
summary h2 { display: inline; font-size: 1rem; color: var(--ink); }
figure { margin: .5rem 0; }
figcaption { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; font-size: .8125rem; color: var(--dim); margin-top: .25rem; }
figcaption span { display: inline-flex; align-items: center; gap: .4rem; }
.timeline { display: block; overflow: visible; font-size: 13px; }
.timeline text { fill: var(--ink); stroke: var(--paper); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
.timeline text.time, .timeline text.label { fill: var(--dim); font-size: 12px; font-variant-numeric: tabular-nums; }
svg rect, svg path { fill: currentColor; stroke: currentColor; stroke-width: 1.5; }
svg .cross { fill: none; stroke-width: 2.5; }
svg .thin { stroke-width: 0; opacity: .55; }
svg .dashed { fill: var(--paper); stroke-dasharray: 3 2; }
.tick { stroke: var(--line); } .guide { stroke: currentColor; stroke-dasharray: 2 4; opacity: .7; } svg .now { stroke: var(--ink); stroke-width: 1.5; }
@media (max-width: 46rem) {
  .answer { font-size: 1.35rem; }
  dl > div { display: block; padding: .25rem 0; }
  .figures > div { flex-basis: 100%; }
  .scroll { overflow-x: visible; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr.row { border-top: 1px solid var(--line); padding: .4rem 0 .1rem; }
  tbody tr.row:first-child { border-top: 0; }
  tr.row > *, tr > td, tr > th { border: 0; padding: 0; white-space: normal; overflow-wrap: anywhere; text-align: left; min-width: 0; }
  tr.row > td { display: inline-block; margin-right: 1rem; max-width: 100%; }
  tr.row > td.prose, tr.row > td.value { display: block; }
  td[data-head]::before { content: attr(data-head) " "; color: var(--dim); font-size: .75rem; }
  td:empty { display: none !important; }
  td.note { margin-bottom: .35rem; }
  .in1 { margin-left: .5rem; } .in2 { margin-left: 1rem; } .in3 { margin-left: 1.5rem; } .in4 { margin-left: 2rem; }
  .in5 { margin-left: 2.5rem; } .in6 { margin-left: 3rem; } .in7 { margin-left: 3.5rem; } .in8 { margin-left: 4rem; }
  .fields tr.row > * { width: auto; }
}
@media print {
  :root {
    --paper: #ffffff; --soft: #ffffff; --ink: #000000; --dim: #444444; --line: #bbbbbb;
    --good: #0b4f1f; --good-soft: #ffffff; --warn: #6b4000; --warn-soft: #ffffff;
    --bad: #8f0d18; --bad-soft: #ffffff; --accent: #0b458f; --accent-soft: #ffffff; --dim-soft: #ffffff;
  }
  @page { margin: 14mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .badge { border: 1px solid; }
  .tools { display: none; }
  .timeline { width: 100% !important; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding-right: .75rem; }
  tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
  td { white-space: normal; }
  td.prose { min-width: 9rem; }
  details::details-content { content-visibility: visible; display: block; }
  summary { list-style: none; color: var(--ink); font-weight: 600; }
  h2, h3, summary { break-after: avoid; }
  tr, figure, pre, .figures > div { break-inside: avoid; }
}
`
