#include "windhover/report/formats.hpp"

namespace windhover::report {

/// Series colours: Okabe and Ito, "Color Universal Design", 2008, darkened or lightened for contrast with the
/// page.
const char* style_sheet() {
  return R"css(:root {
  --page: #fdfdfb; --ink: #1d1d1b; --soft: #5c5c58; --rule: #d9d8d2; --faint: #f3f2ed; --link: #005a8f;
  --alert: #8a3a00; --alert-page: #fdf1e6; --good: #00654a; --bad: #8f3900;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #a8508a; --s4: #6b6b66; --s5: #8a7400; --s6: #7a4419; --s7: #3b4ba3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16171a; --ink: #e8e7e3; --soft: #a6a5a0; --rule: #3a3b3f; --faint: #1f2024; --link: #8cc8f0;
    --alert: #f5b98a; --alert-page: #2b2019; --good: #5fd0ab; --bad: #f2a570;
    --s0: #56b4e9; --s1: #e8833a; --s2: #2fbf93; --s3: #cc79a7; --s4: #a9a8a2; --s5: #f0e442; --s6: #d0986a; --s7: #9aa5ee;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.55 "Avenir Next", Inter, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
header { max-width: 90rem; margin: 0 auto; padding: 2.5rem 1.25rem 0; }
h1 { font-size: clamp(1.5rem, 4.5vw, 2.25rem); line-height: 1.2; font-weight: 650; margin: 0 0 .6rem; letter-spacing: -.015em; }
h2 { font-size: 1.25rem; font-weight: 650; line-height: 1.3; margin: 0 0 1rem; letter-spacing: -.005em; }
.tags { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: 0; padding: 0 0 1.25rem; color: var(--soft);
  font-size: .875rem; border-bottom: 1px solid var(--rule); }
.page { max-width: 90rem; margin: 0 auto; padding: 1.5rem 1.25rem 5rem; }
a { color: var(--link); }
aside { display: contents; }
nav { font-size: .875rem; margin-bottom: 1rem; }
nav h2 { font-size: .875rem; color: var(--soft); font-weight: 500; margin: 0 0 .4rem; }
nav ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; }
nav a { text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
#choice { border: 0; border-bottom: 1px solid var(--rule); margin: 0 -1.25rem 1.5rem; padding: .45rem 1.25rem; display: flex; flex-wrap: wrap;
  gap: .1rem .9rem; align-items: center; font-size: .875rem; position: sticky; top: 0; z-index: 3; background: var(--page); }
#choice[hidden] { display: none; }
#choice legend { float: left; padding: 0; color: var(--soft); }
#choice label { display: flex; align-items: center; gap: .35rem; padding: .25rem 0; cursor: pointer; }
#choice input { margin: 0; accent-color: var(--link); width: 1rem; height: 1rem; }
main { min-width: 0; }
section { margin-bottom: 4rem; scroll-margin-top: 3.5rem; }
figure, h2 { scroll-margin-top: 3.5rem; }
p, dd, li { max-width: 44rem; }
dl { margin: 0; }
dt { font-size: .875rem; font-weight: 600; color: var(--soft); margin-top: 1.1rem; }
dd { margin: .15rem 0 0; }
dd p { margin: 0; }
dd ul, .alert ul { margin: 0; padding-left: 1.1rem; }
dd li + li, .alert li + li { margin-top: .35rem; }
.alert { background: var(--alert-page); color: var(--alert); padding: .9rem 1.1rem; border-radius: 4px; margin-bottom: 1rem;
  max-width: 48rem; }
.quick { border: 1px solid var(--alert); color: var(--alert); padding: .7rem 1.1rem; border-radius: 4px; font-size: .9375rem; }
.quick p { margin: 0; }
figure { margin: 0 0 2.5rem; }
.glance dl { margin-bottom: 2.5rem; }
figcaption { font-size: .875rem; line-height: 1.5; color: var(--soft); max-width: 48rem; margin-bottom: .7rem; }
figcaption strong { color: var(--ink); font-weight: 650; }
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch;
  background: linear-gradient(to left, var(--page) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--rule), transparent) right / .7rem 100% no-repeat scroll; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .8438rem; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums;
  border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); }
th, td { padding: .32rem .5rem; text-align: left; vertical-align: top; font-weight: 400; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
tbody th:first-child { position: sticky; left: 0; z-index: 1; background: var(--page); }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: inherit; cursor: pointer; }
th button:hover { color: var(--link); }
th[aria-sort="ascending"] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
table:not(.sorted) .again { color: transparent; white-space: nowrap !important; overflow: hidden; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--ink); white-space: normal; }
thead tr.groups th { border-bottom: 0; padding-bottom: 0; text-align: center; }
thead tr.groups th.group { box-shadow: inset 0 -1px 0 var(--rule); padding-bottom: .2rem; }
tbody th { font-weight: 600; }
.number { text-align: right; }
.prose { white-space: normal; min-width: 8rem; max-width: 24rem; overflow-wrap: anywhere; }
tbody tr + tr > * { border-top: 1px solid var(--faint); }
tbody tr.block > * { border-top: 1px solid var(--rule); }
.verdict.withheld, .verdict.refused, .verdict.no-effect-shown, .verdict[class*=" not-"], .verdict.no, .verdict.no-interval, .verdict.off { color: var(--soft); }
.verdict.above-0, .verdict.below-0 { font-weight: 600; }
.verdict.confirmed, .verdict.effect-confirmed, .verdict.above { color: var(--good); font-weight: 600; }
.verdict.contradicted, .verdict.below, .verdict.failed, .verdict.missing, .verdict.yes { color: var(--bad); font-weight: 600; }
details { margin-top: .4rem; }
summary { cursor: pointer; font-size: .8438rem; color: var(--link); padding: .2rem 0; }
figure figure.table { margin: .4rem 0 0; }
figure figure.table > figcaption { display: none; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0 0 .5rem; padding: 0; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.5rem 1.75rem; max-width: 72rem; }
.panels.pairs { max-width: 54rem; }
.panels.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); }
.panel svg { display: block; width: 100%; height: auto; max-width: 30rem; }
.panels.small .panel svg { max-width: 15rem; }
svg text { fill: var(--ink); font-size: 12px; font-variant-numeric: tabular-nums; }
svg .panel { font-size: 13px; font-weight: 600; }
svg .row { font-size: 12px; paint-order: stroke; stroke: var(--page); stroke-width: 4; }
svg .tick, svg .axis { fill: var(--soft); font-size: 11px; }
svg .tick { paint-order: stroke; stroke: var(--page); stroke-width: 3; }
svg .value { font-size: 14px; }
svg .grid { stroke: var(--rule); stroke-width: .6; }
svg .noise { fill: var(--soft); fill-opacity: .16 !important; stroke: none; }
svg .hit { fill: transparent; }
svg .baseline { stroke: var(--soft); stroke-width: .8; }
svg .reference { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 4 3; }
svg .field { fill: var(--s0); stroke: var(--rule); stroke-width: .6; }
.s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); }
.s3 { --c: var(--s3); } .s4 { --c: var(--s4); } .s5 { --c: var(--s5); }
.s6 { --c: var(--s6); } .s7 { --c: var(--s7); }
svg .mean { fill: var(--c); stroke: var(--page); stroke-width: 1; }
svg .hollow { fill: var(--page); stroke: var(--c); stroke-width: 1.6; }
svg .seed { fill: var(--c); fill-opacity: .55; stroke: transparent; stroke-width: 5; }
svg .seedline { fill: none; stroke: var(--c); stroke-width: .7; stroke-opacity: .4; }
svg .interval { stroke: var(--c); stroke-width: 2; stroke-opacity: .75; stroke-linecap: round; }
svg .curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
svg .band { fill: var(--c); fill-opacity: .14; stroke: none; }
#note { position: fixed; z-index: 9; max-width: min(24rem, calc(100vw - 16px)); padding: .3rem .55rem; border-radius: 4px; background: var(--ink);
  color: var(--page); font-size: .8125rem; line-height: 1.35; pointer-events: none; overflow-wrap: anywhere; }
#note.source { font-size: .75rem; opacity: .9; }
@media screen {
  [data-show="greedy"] [data-policy="sampled"], [data-show="sampled"] [data-policy="greedy"] { display: none; }
}
@media (min-width: 84rem) {
  .glance { display: grid; grid-template-columns: minmax(0, 42rem) minmax(0, 1fr); column-gap: 3rem; align-items: start; }
  .glance > .table { grid-column: 1 / -1; }
}
@media (min-width: 72rem) {
  .page { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 3rem; padding-top: 2rem; }
  aside { display: block; position: sticky; top: 2rem; align-self: start; }
  nav ol { flex-direction: column; }
  #choice { position: static; margin: 1.5rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--rule); border-bottom: 0; flex-direction: column; align-items: start; }
  section, figure, h2 { scroll-margin-top: 1rem; }
}
@media (max-width: 40rem) {
  header { padding-top: 1.5rem; }
  body { font-size: .9688rem; }
  th, td { padding: .3rem .45rem; }
  .prose { min-width: 9rem; }
  tbody th:first-child { white-space: normal; max-width: 8.5rem; }
}
@media print {
  :root { --page: #fff; --ink: #000; --soft: #444; --rule: #bbb; --faint: #eee; }
  nav, #choice, #note { display: none !important; }
  .page, header { max-width: none; padding-left: 0; padding-right: 0; display: block; }
  section { margin-bottom: 2rem; }
  .panel, tr, .alert { break-inside: avoid; }
  h2, figcaption { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: .625rem; }
  th, td { padding: .2rem .3rem; white-space: normal; }
  .number { white-space: nowrap; }
}
)css";
}

}  // namespace windhover::report
