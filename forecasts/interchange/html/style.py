"""The look of the pages: one style sheet in the page itself, light, dark, on a phone and on paper."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;
--paper:#fdfcf9;--ink:#1d1f23;--soft:#5a606b;--line:#dcd9d1;--panel:#f4f2ec;--accent:#1f5f8b;
--yes:#1b6b5a;--no:#a3450c;--band:#c9d9e4;--dot:#1f5f8b;--mark:#a3450c}
@media (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e8e6e1;--soft:#a2a7b0;--line:#353940;--panel:#1d2024;
--accent:#84bfe6;--yes:#6fcab3;--no:#f0a36f;--band:#2b4152;--dot:#84bfe6;--mark:#f0a36f}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 Georgia,"Noto Serif","Times New Roman",serif;
overflow-wrap:anywhere}
th{white-space:nowrap}
main,header.top,footer{max-width:58rem;margin:0 auto;padding:0 1.25rem}
header.top{padding-top:2rem}
footer{padding:2rem 1.25rem 3rem;color:var(--soft);font-size:.875rem;border-top:1px solid var(--line);margin-top:3rem}
h1,h2,h3,.eyebrow,.meta,.label,th,caption,nav,.counts,.verdict,.number,figcaption,svg text{
font-family:system-ui,-apple-system,"Segoe UI","Noto Sans",Roboto,sans-serif}
h1{font-size:clamp(1.8rem,5vw,2.6rem);line-height:1.15;margin:.2rem 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-top:.8rem;border-top:2px solid var(--ink)}
h3{font-size:1.02rem;margin:0 0 .35rem;line-height:1.35}
p{margin:.5rem 0}
a{color:var(--accent);text-underline-offset:.15em}
.eyebrow{text-transform:uppercase;letter-spacing:.09em;font-size:.75rem;color:var(--soft);margin:0}
.meta,.small{color:var(--soft);font-size:.875rem}
.lead{font-size:1.12rem;max-width:44rem}
.headline{display:grid;grid-template-columns:auto 1fr;gap:1.5rem;align-items:center;background:var(--panel);
border:1px solid var(--line);border-radius:.5rem;padding:1.1rem 1.3rem;margin:1.2rem 0}
.headline .big{font:600 3.4rem/1 system-ui,-apple-system,"Segoe UI","Noto Sans",Roboto,sans-serif}
.headline .big small{display:block;font-size:.8rem;font-weight:400;color:var(--soft);margin-top:.4rem}
svg{display:block;max-width:100%;height:auto}
svg text{fill:var(--soft);font-size:11px}
svg .axis{stroke:var(--line);stroke-width:1}
svg .diagonal{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 4;fill:none}
svg .band{fill:var(--band);stroke:none}
svg .curve{stroke:var(--dot);stroke-width:2;fill:none}
svg .dot{fill:var(--dot)}
svg .ring{fill:none;stroke:var(--dot);stroke-width:2}
svg .mark{stroke:var(--mark);stroke-width:2}
svg .coin{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
svg .sampling{stroke:var(--dot);stroke-width:2}
svg .coding{stroke:var(--band);stroke-width:8}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1.5rem;margin:1rem 0}
figure{margin:0;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:1rem}
figcaption{font-size:.85rem;color:var(--soft);margin-top:.5rem}
figcaption b{color:var(--ink)}
.counts{list-style:none;margin:1rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));
gap:.15rem 1.5rem;font-size:.92rem}
.counts li{display:flex;gap:.7rem;padding:.25rem 0;border-bottom:1px solid var(--line)}
.counts b{min-width:2rem;text-align:right;font-variant-numeric:tabular-nums}
.counts .none{color:var(--soft)}
.claim{border:1px solid var(--line);border-left:4px solid var(--soft);border-radius:.4rem;padding:.9rem 1.1rem;
margin:.9rem 0;break-inside:avoid}
.claim.right{border-left-color:var(--yes)}.claim.wrong{border-left-color:var(--no)}
.claim blockquote{margin:.2rem 0 .5rem;font-size:1.12rem;line-height:1.4}
.claim dl{display:grid;grid-template-columns:minmax(6.5rem,auto) 1fr;gap:.25rem 1rem;margin:.6rem 0 0;font-size:.92rem}
.claim dt{color:var(--soft);
font-family:system-ui,-apple-system,"Segoe UI","Noto Sans",Roboto,sans-serif;font-size:.85rem}
.claim dd{margin:0;min-width:0}
.claim dd p{margin:0 0 .3rem}
.claim dd ul{margin:.2rem 0;padding-left:1.1rem}
.verdict{font-weight:600;font-size:.92rem}
.right .verdict{color:var(--yes)}.wrong .verdict{color:var(--no)}
.number{font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.8rem 0}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:.4rem}
th{text-align:left;font-size:.8rem;color:var(--soft);border-bottom:2px solid var(--line);padding:.4rem .8rem .4rem 0;
vertical-align:bottom}
td{border-bottom:1px solid var(--line);padding:.5rem .8rem .5rem 0;vertical-align:top}
tr{break-inside:avoid}
.note{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.7rem 1rem;margin:1rem 0}
@media (max-width:40rem){
.headline{grid-template-columns:1fr;gap:.8rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td,caption{display:block;width:100%}
tr{border:1px solid var(--line);border-radius:.4rem;padding:.5rem .8rem;margin:.7rem 0}
td{border:0;padding:.2rem 0;display:grid;grid-template-columns:7.5rem 1fr;gap:.6rem}
td::before{content:attr(data-label);color:var(--soft);font-size:.82rem;
font-family:system-ui,-apple-system,"Segoe UI","Noto Sans",Roboto,sans-serif}
td>*{min-width:0}
.claim dl{grid-template-columns:1fr;gap:.1rem}.claim dd{margin-bottom:.4rem}
}
@media print{
:root{color-scheme:light;
--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#fff;--accent:#000;--yes:#1b6b5a;--no:#a3450c;
--band:#d8d8d8;--dot:#1f5f8b;--mark:#a3450c}
body{font-size:10pt}
main,header.top,footer{max-width:none;padding-left:0;padding-right:0}
h2,h3,h2+.meta,.claim>.meta,blockquote{break-after:avoid}figure,.note{break-inside:avoid}
h2{margin-top:1.4rem}.claim{break-inside:auto}.claim dd,.claim dt{break-inside:avoid}
.claim a[href^="http"]::after{content:" <" attr(href) ">";color:var(--soft);font-size:.8em}
nav{display:none}
}
"""
