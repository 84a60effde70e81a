/** The look of the page: both colour schemes, no font, script or image from elsewhere. */
export const style = `
:root{color-scheme:light dark;--ink:#1c2330;--dim:#5d6b80;--line:#d9dfe8;--page:#f6f8fb;--card:#fff;--good:#1a7f4b;--bad:#b42318;--warn:#9a6700;--bar:#3b6fd4;--bar2:#9db8ea}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf1;--dim:#98a5b8;--line:#2c3646;--page:#10151d;--card:#18202b;--good:#4cc38a;--bad:#ff8a7a;--warn:#e2b341;--bar:#6c9cf5;--bar2:#34507f}}
*{box-sizing:border-box}
body{margin:0;padding:2rem 1rem;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto 3rem}
h1{font-size:1.5rem;margin:0}
h2{font-size:1.1rem;margin:2rem 0 .6rem}
p.sub{color:var(--dim);margin:.2rem 0 1.2rem}
.badge{display:inline-block;padding:.1rem .6rem;border-radius:1rem;font-size:.85rem;font-weight:600;border:1px solid currentColor}
.ok{color:var(--good)}.no{color:var(--bad)}.warn{color:var(--warn)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem}
.card,.scroll,details{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.card{padding:.8rem 1rem}
.card b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.card span,td.dim,.dim{color:var(--dim);font-size:.85rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.45rem .7rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
tr:last-child td{border-bottom:0}
th{font-size:.8rem;color:var(--dim);font-weight:600}
td.r,th.r{text-align:right}
td.w{white-space:normal;min-width:14rem}
ul+.scroll{margin-top:1rem}
svg{display:block;max-width:48rem}
tr.off td{color:var(--dim)}
.meter{display:block;height:.35rem;min-width:6rem;margin-top:.2rem;border-radius:.2rem;background:var(--line);overflow:hidden}
.meter i{display:block;height:100%;background:var(--bar)}
.meter.over i{background:var(--bad)}
details{margin:.6rem 0;padding:.6rem 1rem}
summary{cursor:pointer;font-weight:600}
details table{margin:.4rem 0 1rem}
code{font-size:.85em;overflow-wrap:anywhere}
ul{margin:.3rem 0;padding-left:1.2rem}
svg text{fill:var(--dim);font-size:11px}svg text.n{fill:var(--card);font-size:9px;font-weight:700}
svg .axis{stroke:var(--line)}
svg .dot{fill:var(--bar)}svg .dot.off{fill:var(--bar2)}svg .dot.best{fill:var(--good)}
footer{color:var(--dim);font-size:.8rem;margin-top:2rem}
`
